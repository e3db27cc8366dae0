/**
 * Whose turn it is in a go-around, on their picture: a ring that closes as the time goes, and the time in words. At the
 * end the ring is closed, and nothing else happens: nobody is cut off.
 */
import type { Session } from "../core/session.ts";
import type { State } from "../core/state.ts";
import { Icon } from "../ui/index.ts";
import { useNow } from "./now.ts";
import { t } from "./words/index.ts";

export interface Turn {
  readonly member: number;
  readonly began: number;
  /** 0: as long as they like. */
  readonly seconds: number;
  readonly topic: string;
}

export function turnOf(tools: State["tools"]): Turn | null {
  const seen = tools["rounds"]?.seen;
  if (seen?.tool !== "rounds" || !seen.open) return null;
  const now = seen.people.find((one) => one.turn === "now");
  return now ? { member: now.member, began: seen.began, seconds: seen.seconds, topic: seen.topic } : null;
}

/** What is left, as 1:05; never less than nothing. */
export function clock(left: number): string {
  const seconds = Math.max(0, Math.ceil(left / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export function TurnRing({ session, turn }: { session: Session; turn: Turn }) {
  const now = useNow(session);
  const left = turn.began + turn.seconds * 1000 - now;
  const over = turn.seconds > 0 && left <= 0;
  return (
    <>
      <svg class="ring" aria-hidden="true" data-over={over || undefined}>
        <rect x="2" y="2" rx="14" pathLength="1" />
        <rect
          class="gone"
          x="2"
          y="2"
          rx="14"
          pathLength="1"
          stroke-dashoffset={turn.seconds === 0 ? 1 : Math.min(1, Math.max(0, left / turn.seconds / 1000))}
        />
      </svg>
      <p class="turn" data-testid="turn">
        <Icon name="sound" />
        <span class={turn.seconds === 0 ? undefined : "unseen"}>{t("turn")}</span>
        {turn.seconds > 0 && <span>{over ? t("turn_over") : t("turn_left", { time: clock(left) })}</span>}
      </p>
    </>
  );
}
