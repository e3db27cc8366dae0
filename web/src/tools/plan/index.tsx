/**
 * Plans in a session: a client works on their own, whoever leads on one that they choose, together. Words travel over
 * HTTP, by each one's own right; pages tell each other through the tool that there is something new, and who is typing.
 */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { report } from "../../call/refusal.ts";
import { HttpError, openHttp } from "../../core/http.ts";
import { Book } from "../../plan/book.ts";
import { Desk } from "../../plan/Desk.tsx";
import { planDoor } from "../../plan/door.ts";
import { t } from "../../plan/words/index.ts";
import { Button, Field, Notice } from "../../ui/index.ts";
import type { PlanSeen } from "../../wire.ts";
import type { ToolProps } from "../registry.ts";

/** Who has typed nothing for so long types no longer. */
const TYPED_MS = 6000;
/** While somebody types, others are told again so often. */
const TELL_MS = 2500;
/** Should a word of the tool get lost. */
const LOOK_MS = 15_000;

function Panel({ session, room, seen, leads }: ToolProps) {
  const now = seen?.tool === "plan" ? seen : null;
  const clients = room.members.filter((one) => one.role === "client");
  const me = room.you.member;
  const [chosen, setChosen] = useState<number | null>(null);
  const isClient = room.you.role === "client";
  const of = isClient ? me : (clients.find((one) => one.member === chosen) ?? (clients.length === 1 ? clients[0] : undefined))?.member;
  const person = clients.find((one) => one.member === of)?.person ?? null;
  const base = isClient ? "/api/plan" : !leads || person === null ? null : `/api/staff/clients/${person}/plan`;
  const name = (member: number) => room.members.find((one) => one.member === member)?.alias ?? "";
  const shown = now?.shown ?? null;

  return (
    <div class="plan-desk" data-testid="plan-panel">
      {shown && (
        <section class="plan-shown" aria-labelledby="plan-shown" data-testid="plan-shown">
          <div>
            <p class="soft small">{t("group", { name: name(shown.of) })}</p>
            <h3 id="plan-shown">{shown.title}</h3>
          </div>
          <ul>
            {shown.lines.map((line, place) => (
              <li key={place}>{line}</li>
            ))}
          </ul>
          {(leads || shown.of === me || shown.by === me) && (
            <div>
              <Button onClick={() => void session.use({ do: "plan.hide" }).then(report)} data-testid="plan-hide">
                {t("hide")}
              </Button>
            </div>
          )}
        </section>
      )}
      {leads && (
        <>
          <div>
            <Button onClick={() => void session.use({ do: now?.open === true && !shown ? "plan.close" : "plan.open" }).then(report)} data-testid="plan-everybody">
              {t(now?.open === true && !shown ? "everybody_end" : "everybody")}
            </Button>
          </div>
          {clients.length > 1 && (
            <Field kind="select" label={t("whose")} value={of === undefined ? "" : String(of)} onChange={(event) => setChosen(Number(event.currentTarget.value))} data-testid="plan-whose">
              <option value="" />
              {clients.map((one) => (
                <option key={one.member} value={String(one.member)}>
                  {one.alias}
                  {now?.typing.some((typing) => typing.of === one.member && typing.member === one.member) ? " …" : ""}
                </option>
              ))}
            </Field>
          )}
          {clients.length === 0 && <p class="soft">{t("whose_none")}</p>}
        </>
      )}
      {isClient && <p class="soft small">{t("private")}</p>}
      {base !== null && of !== undefined && (
        <One key={base} session={session} room={room} now={now} base={base} of={of} who={isClient ? "own" : (room.members.find((one) => one.you)?.person ?? "staff")} name={name} leads={leads} />
      )}
    </div>
  );
}

interface OneProps {
  readonly session: ToolProps["session"];
  readonly room: ToolProps["room"];
  readonly now: PlanSeen | null;
  readonly base: string;
  readonly of: number;
  /** Whoever writes, as their browser knows them. */
  readonly who: string;
  readonly name: (member: number) => string;
  readonly leads: boolean;
}

function One({ session, room, now, base, of, who, name }: OneProps) {
  const door = useMemo(() => planDoor(openHttp(session.csrf()), base), [base]);
  const [book, setBook] = useState<Book | null>(null);
  const [code, setCode] = useState<string | null>(null);
  const place = useRef({ line: "", told: 0 });

  const here = (revision: number, line: string) => {
    place.current = { line, told: session.now() };
    void session.use({ do: "plan.here", of, revision, place: line });
  };

  useEffect(() => {
    let made: Book | null = null;
    let over = false;
    const open = () =>
      Book.open(door, who).then(
        (fresh) => {
          if (over) return fresh.close();
          made = fresh;
          fresh.saved = (revision) => here(revision, place.current.line);
          setCode(null);
          return setBook(fresh);
        },
        (error: unknown) => {
          if (!(error instanceof HttpError)) throw error;
          setCode(error.code);
          if (!over) timer = setTimeout(() => void open(), 3000);
        },
      );
    let timer: ReturnType<typeof setTimeout> | undefined;
    void open();
    const looks = setInterval(() => void made?.look(), LOOK_MS);
    return () => {
      over = true;
      clearTimeout(timer);
      clearInterval(looks);
      if (place.current.line !== "") here(0, "");
      made?.close();
    };
  }, [door]);

  const reached = now?.plans.find((one) => one.of === of)?.revision ?? 0;
  useEffect(() => {
    if (book && reached > book.plan.peek().revision) void book.look();
  }, [book, reached]);

  const [, again] = useState(0);
  const typing: Record<string, string> = {};
  for (const one of now?.typing ?? []) {
    if (one.of !== of || one.member === room.you.member || session.now() - one.at > TYPED_MS) continue;
    typing[one.place] = [typing[one.place], name(one.member)].filter(Boolean).join(", ");
  }
  const someone = Object.keys(typing).length > 0;
  useEffect(() => {
    if (!someone) return undefined;
    const timer = setTimeout(() => again((n) => n + 1), TYPED_MS / 2);
    return () => clearTimeout(timer);
  });

  if (!book) return code === null || code === "offline" ? <p class="soft">{t("loading")}</p> : <Notice tone="warn">{t(code === "not_in_room" ? "not_yet" : "failed")}</Notice>;
  return (
    <Desk
      book={book}
      door={door}
      typing={typing}
      onTyping={(line) => {
        const was = place.current;
        if (line === was.line && (line === "" || session.now() - was.told < TELL_MS)) return;
        here(book.plan.peek().revision, line);
      }}
      onShow={(section, lines) =>
        void session
          .use({ do: "plan.show", of, title: section.title, lines: lines.slice(0, 20).map((line) => [line.text, line.relation].filter(Boolean).join(" · ").slice(0, 300)) })
          .then(report)
      }
    />
  );
}

export default { Panel };
