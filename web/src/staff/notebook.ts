/** A session's notes as a page keeps them. What shows them (NotesPanel.tsx) is larger, and may come later. */
import { useEffect, useRef, useState } from "preact/hooks";

import { me, signIns } from "./api.ts";
import { notesDoor } from "./notes/door.ts";
import { shelfOf } from "./notes/kept.ts";
import { Notebook } from "./notes.ts";

/**
 * The notes of a session for as long as its page is open: null until they are wanted, because every reading is an entry
 * in the audit log. The panel may come and go meanwhile.
 */
export function useNotebook(session: string, wanted = true): Notebook | null {
  const [book, setBook] = useState<Notebook | null>(null);
  useEffect(() => {
    if (!wanted) return undefined;
    const made = new Notebook(session, notesDoor, shelfOf(me.peek()?.person ?? "", session));
    made.open();
    setBook(made);
    return () => made.close();
  }, [session, wanted]);
  const signedIn = signIns.value;
  const before = useRef(signedIn);
  useEffect(() => {
    if (before.current !== signedIn) book?.retry();
    before.current = signedIn;
  }, [book, signedIn]);
  return book;
}
