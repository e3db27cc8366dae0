/**
 * Private messages to staff, and answers, by person: one place, beside the pictures and never over a face. Opening a
 * conversation reads it; the answer is written under it. The chat of everybody is another panel.
 */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { report } from "../../call/refusal.ts";
import type { Session } from "../../core/session.ts";
import { IconButton, useFocusBack } from "../../ui/index.ts";
import type { RoomView } from "../../wire.ts";
import { clock } from "../words/index.ts";
import { conversations } from "./inbox.ts";
import type { Conversation, With } from "./inbox.ts";
import type { Read } from "./read.ts";
import { t } from "./words/index.ts";

const MOST = 2000;

export interface InboxProps {
  readonly session: Session;
  readonly room: RoomView;
  readonly read: Read;
  /** With whom it is open; null: only the list. */
  readonly whom: With | null;
  readonly onWhom: (whom: With | null) => void;
  readonly onClose: () => void;
}

export function Inbox({ session, room, read, whom, onWhom, onClose }: InboxProps) {
  const people = [...room.members, ...room.waiting];
  const all = conversations(session.state.value.chat, people, room.you.member, read.read);
  const fresh = typeof whom === "number" && !all.some((one) => one.whom === whom) ? people.find((one) => one.member === whom) : undefined;
  const shown: Conversation[] = fresh ? [{ whom: fresh.member, alias: fresh.alias, here: true, lines: [], unread: 0 }, ...all] : all;
  const order = useRef<With[]>([]);
  // While somebody reads, a new message must not move what they are about to press.
  order.current = [...order.current.filter((one) => shown.some((other) => other.whom === one)), ...shown.map((one) => one.whom).filter((one) => !order.current.includes(one))];
  const inOrder = order.current.flatMap((one) => shown.find((other) => other.whom === one) ?? []);
  const root = useFocusBack();
  useLayoutEffect(() => {
    if (whom === null) root.current?.querySelector<HTMLElement>(".conversation > button")?.focus();
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    const from = event.target instanceof HTMLElement ? event.target : null;
    if (event.key === "Escape") {
      event.stopPropagation();
      if (whom === null) return onClose();
      const button = from?.closest(".conversation")?.querySelector<HTMLElement>("button");
      onWhom(null);
      button?.focus();
      return;
    }
    if ((event.key !== "ArrowDown" && event.key !== "ArrowUp") || from?.tagName !== "BUTTON") return;
    const buttons = [...(root.current?.querySelectorAll<HTMLElement>(".conversation > button") ?? [])];
    const next = buttons[buttons.indexOf(from) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  };
  return (
    <aside class="panel inbox" aria-labelledby="inbox-title" data-testid="inbox" ref={root} onKeyDown={onKeyDown}>
      <header>
        <h2 id="inbox-title">{t("inbox")}</h2>
        <IconButton icon="close" label={t("inbox_close")} onClick={onClose} />
      </header>
      <div class="rail-body">
        {inOrder.length === 0 && <p class="soft small">{t("inbox_none")}</p>}
        <ul class="conversations">
          {inOrder.map((one) => (
            <Talk key={one.whom} one={one} waits={room.waiting.some((other) => other.member === one.whom)} me={room.you.member} open={whom === one.whom} session={session} read={read} onWhom={onWhom} />
          ))}
        </ul>
      </div>
    </aside>
  );
}

interface TalkProps {
  readonly one: Conversation;
  /** In the waiting room. */
  readonly waits: boolean;
  readonly me: number;
  readonly open: boolean;
  readonly session: Session;
  readonly read: Read;
  readonly onWhom: (whom: With | null) => void;
}

function Talk({ one, waits, me, open, session, read, onWhom }: TalkProps) {
  const [text, setText] = useState("");
  const entry = useRef<HTMLTextAreaElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const name = one.whom === "staff" ? t("inbox_staff") : one.alias;
  const last = one.lines.at(-1);
  useEffect(() => {
    if (!open) return;
    read.mark(one.lines.map((line) => line.id));
    list.current?.lastElementChild?.scrollIntoView({ block: "nearest" });
  }, [open, last?.id]);
  // Before it is painted: what is typed at once must not be lost.
  useLayoutEffect(() => {
    if (open) entry.current?.focus();
  }, [open]);

  async function send(): Promise<void> {
    const words = text.trim();
    if (words === "") return;
    setText("");
    const answer = await session.chat(one.whom === "staff" ? "staff" : `member:${one.whom}`, words);
    if (answer.ok) return;
    setText((now) => now || words);
    report(answer);
  }

  return (
    <li class="conversation" data-unread={one.unread > 0 || undefined}>
      <button type="button" aria-expanded={open} onClick={() => onWhom(open ? null : one.whom)} data-testid={`talk-${one.whom}`}>
        <span class="line">
          <strong class="alias" dir="auto">{name}</strong>
          {waits && <span class="small soft">{t("inbox_waits")}</span>}
          {one.unread > 0 && (
            <span class="badge">
              {one.unread}
              <span class="unseen"> {t("new_message", { n: one.unread })}</span>
            </span>
          )}
          {last && <span class="small soft clock">{clock(last.at)}</span>}
        </span>
        {!open && last && (
          <span class="small soft last">
            {last.sender === me ? `${t("mine")}: ` : ""}
            {last.text}
          </span>
        )}
      </button>
      {open && (
        <div class="stack tight talk">
          <ol class="lines" ref={list} tabIndex={0} aria-label={name}>
            {one.lines.map((line) => (
              <li key={line.id} data-mine={line.sender === me || undefined}>
                <span class="small soft">
                  {line.sender === me ? t("mine") : line.alias} · {clock(line.at)}
                </span>
                <p>{line.text}</p>
              </li>
            ))}
          </ol>
          {one.here ? (
            <form
              class="write"
              onSubmit={(event) => {
                event.preventDefault();
                void send();
              }}
            >
              <textarea
                class="input"
                ref={entry}
                rows={2}
                maxLength={MOST}
                aria-label={t("answer_to", { name })}
                placeholder={t("answer")}
                value={text}
                onInput={(event) => setText(event.currentTarget.value)}
                onKeyDown={(event) => {
                  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
                  event.preventDefault();
                  void send();
                }}
                data-testid="talk-input"
              />
              <IconButton icon="send" label={t("send")} tone="on" onClick={() => void send()} data-testid="talk-send" />
            </form>
          ) : (
            <p class="small soft">{t("inbox_gone", { name })}</p>
          )}
        </div>
      )}
    </li>
  );
}
