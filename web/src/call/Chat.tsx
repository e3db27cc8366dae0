/** Written words: to everybody, or between one person and the staff. Text nodes only; nothing is kept after the end. */
import { signal, useComputed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { ChatLine, Participant } from "../wire.ts";
import type { Session } from "../core/session.ts";
import type { State } from "../core/state.ts";
import { when } from "../text/catalogue.ts";
import { report } from "./refusal.ts";
import { t } from "./words/index.ts";
import { Icon, IconButton, announce, useFocusBack } from "../ui/index.ts";

const MOST = 2000;

/** The last line that was on the screen. */
const seen = signal("");

/** How many lines of others came since the chat was last open. */
export function unread(state: State): number {
  const from = state.chat.findIndex((line) => line.id === seen.value) + 1;
  return state.chat.slice(from).filter((line) => line.sender !== state.room?.you.member).length;
}

export function Chat({ session, open, onClose }: { session: Session; open: boolean; onClose: () => void }) {
  const lines = useComputed(() => session.state.value.chat).value;
  const room = useComputed(() => session.state.value.room).value;
  const [text, setText] = useState("");
  const [to, setTo] = useState("all");
  const list = useRef<HTMLOListElement>(null);
  const entry = useRef<HTMLTextAreaElement>(null);
  const told = useRef(lines.at(-1)?.id ?? "");
  const panel = useFocusBack(open);
  const last = lines.at(-1);
  const me = room?.you.member;

  useEffect(() => {
    if (open) entry.current?.focus();
  }, [open]);

  useEffect(() => {
    if (open) {
      seen.value = last?.id ?? "";
      list.current?.lastElementChild?.scrollIntoView({ block: "nearest" });
    }
    if (last && last.id !== told.current && last.sender !== me) {
      announce(t(last.to === "all" ? "chat_new" : "chat_new_private", { name: last.alias }));
    }
    told.current = last?.id ?? "";
  }, [open, last, me]);

  if (!open || !room) return null;
  const staff = room.you.may.includes("see_waiting");
  const others = room.members.filter((one) => !one.you && (one.role === "client" || one.role === "collateral"));
  const may = (what: "chat_all" | "chat_staff") => room.you.may.includes(what);
  const target = to.startsWith("member:") && !others.some((one) => `member:${one.member}` === to) ? "all" : to;

  async function send(): Promise<void> {
    const words = text.trim();
    if (!words) return;
    setText("");
    const answer = await session.chat(may("chat_all") ? target : target === "all" ? "staff" : target, words);
    if (answer.ok) return;
    setText((now) => now || words);
    report(answer);
  }

  return (
    <aside
      class="panel chat"
      ref={panel}
      aria-label={t("chat_title")}
      data-testid="chat"
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
    >
      <header>
        <h2>{t("chat_title")}</h2>
        <IconButton icon="close" label={t("close")} onClick={onClose} />
      </header>
      <ol class="lines" ref={list} tabIndex={0} aria-label={t("chat_title")}>
        {lines.length === 0 && <li class="soft small">{t("chat_empty")}</li>}
        {lines.map((line) => (
          <Line key={line.id} line={line} mine={line.sender === me} members={[...room.members, ...room.waiting]} />
        ))}
      </ol>
      <form
        class="entry"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <label class="to small">
          <span>{t("chat_to")}</span>
          <select class="input" data-testid="chat-to" value={target} onChange={(event) => setTo(event.currentTarget.value)}>
            {may("chat_all") && <option value="all">{t(room?.breakouts ? "chat_to_room" : "chat_to_all")}</option>}
            {may("chat_staff") && <option value="staff">{t("chat_to_staff")}</option>}
            {staff &&
              others.map((one) => (
                <option key={one.member} value={`member:${one.member}`}>
                  {t("chat_to_one", { name: one.alias })}
                </option>
              ))}
          </select>
        </label>
        <div class="write">
          <textarea
            class="input"
            ref={entry}
            rows={2}
            maxLength={MOST}
            data-testid="chat-input"
            aria-label={t("chat_text")}
            placeholder={t("chat_text")}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
              event.preventDefault();
              void send();
            }}
          />
          <button type="submit" class="iconbutton" data-tone="on" data-testid="chat-send" aria-label={t("chat_send")}>
            <Icon name="send" />
          </button>
        </div>
      </form>
    </aside>
  );
}

function Line({ line, mine, members }: { line: ChatLine; mine: boolean; members: readonly Pick<Participant, "member" | "alias">[] }) {
  const name = (to: string) => members.find((one) => `member:${one.member}` === to)?.alias ?? "";
  const privately =
    line.to === "all" ? null : line.to === "staff" ? t("chat_private_to_staff") : t("chat_private_to_one", { name: name(line.to) });
  return (
    <li class="line" data-mine={mine || undefined} data-private={privately !== null || undefined}>
      <p class="who small">
        <strong>{line.alias}</strong>
        {privately && <span class="private">{privately}</span>}
        <time class="soft" dateTime={new Date(line.at).toISOString()}>
          {when(line.at, { hour: "numeric", minute: "2-digit" })}
        </time>
      </p>
      <p class="words">{line.text}</p>
    </li>
  );
}
