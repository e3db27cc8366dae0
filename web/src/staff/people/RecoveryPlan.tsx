/** A client's relapse-prevention plan, for staff: read, written with the client, countersigned. */
import { useEffect, useState } from "preact/hooks";

import { Book } from "../../plan/book.ts";
import { Desk } from "../../plan/Desk.tsx";
import { planDoor } from "../../plan/door.ts";
import { http, me } from "../api.ts";
import { useLoad } from "../load.ts";
import { Failed } from "../State.tsx";
import type { TabProps } from "./tabs.ts";
import { t } from "./words/index.ts";

export default function RecoveryPlan({ client }: TabProps) {
  const [door] = useState(() => planDoor(http, `/api/staff/clients/${client}/plan`));
  const loaded = useLoad(`recovery ${client}`, () => door.read(), 20);
  const [book, setBook] = useState<Book | null>(null);
  const plan = loaded.value;
  useEffect(() => {
    if (plan === null) return;
    if (book !== null) book.told(plan);
    else void Book.open(door, me.peek()?.person ?? "", plan).then(setBook);
  }, [plan]);
  useEffect(() => () => book?.close(), [book]);
  return (
    <section class="card stack" aria-labelledby="recovery">
      <h2 id="recovery">{t("recovery.title")}</h2>
      <Failed loaded={loaded} />
      {book === null && loaded.code === null && <p class="soft">{t("loading")}</p>}
      {book !== null && <Desk book={book} door={door} />}
    </section>
  );
}
