/** The drawing board: a sheet for everybody, one for oneself, and those that people chose to show. */
import { useRef, useState } from "preact/hooks";
import { report } from "../../call/refusal.ts";
import { announce, Button, Field, Icon, Notice } from "../../ui/index.ts";
import type { BoardSeen, Mark } from "../../wire.ts";
import type { ToolProps } from "../registry.ts";
import { Panel } from "./Panel.tsx";
import { save } from "./save.ts";
import { board, deskOf } from "./sheets.ts";
import { Surface, type Brush } from "./Surface.tsx";
import { Tray } from "./Tray.tsx";
import { t } from "./words/index.ts";
import "./board.css";

type View = "shared" | "own" | number;

function Stage(props: ToolProps) {
  const now = board(props.seen);
  return now?.open ? <Desk {...props} now={now} /> : null;
}

function Desk({ session, room, leads, now }: ToolProps & { now: BoardSeen }) {
  const desk = deskOf(session);
  const [chosen, setChosen] = useState<View | null>(null);
  const [brush, setBrush] = useState<Brush>({ form: "line", colour: "sea", width: 2, text: "" });
  const figure = useRef<HTMLDivElement>(null);
  const sheet = now.sheets.find((one) => one.id === chosen);
  const view: View = typeof chosen === "number" && !sheet ? "shared" : (chosen ?? (now.own ? "own" : "shared"));
  const own = desk.own.value;
  const mine = now.sheets.find((one) => one.mine);
  const named = leads || now.names;
  const who = (by: number) => (named ? room.members.find((one) => one.member === by)?.alias : undefined);
  const draws = view === "own" || (view === "shared" && (leads || !now.locked));
  const marks = view === "own" ? own : (sheet?.marks ?? [...now.marks, ...desk.sending.pending.value]);
  const words = view === "own" ? desk.words.value : (sheet?.words ?? now.words);

  function draw(fresh: Mark[]): void {
    if (view === "own") desk.own.value = [...own, ...fresh];
    else desk.sending.send(fresh);
  }

  function undo(): void {
    if (view === "own") desk.own.value = own.slice(0, -1);
    else void session.use({ do: "board.undo" }).then(report);
    announce(t("undone"));
  }

  const tab = (to: View, label: string) => (
    <button type="button" class="boardtab" aria-pressed={view === to} data-testid={`board-view-${to}`} onClick={() => setChosen(to)}>
      {label}
    </button>
  );
  return (
    <section class="board" aria-label={t("title")} data-testid="board">
      {now.prompt && <p class="boardprompt">{now.prompt}</p>}
      <nav class="boardtabs" aria-label={t("sheets")}>
        {tab("shared", t("together"))}
        {tab("own", t("mine"))}
        {now.sheets.map((one, index) => tab(one.id, one.by !== null && !one.mine && named ? (who(one.by) ?? t("shown", { n: index + 1 })) : t(one.mine ? "mine_shown" : "shown", { n: index + 1 })))}
      </nav>
      <div class="boardfigure" ref={figure}>
        <Surface marks={marks} label={words || t(view === "own" ? "mine" : view === "shared" ? "together" : "shown", { n: 1 })} brush={draws ? brush : null} onDraw={draw} who={who}>
          {view === "shared" && now.locked && !leads && <Notice icon="lock">{t("locked_now")}</Notice>}
        </Surface>
      </div>
      {words && view !== "own" && <p class="small boardwords">{words}</p>}
      {draws && <Tray brush={brush} onChange={setBrush} />}
      <div class="boardacts">
        {draws && (
          <Button icon="back" data-testid="board-undo" disabled={view === "own" ? own.length === 0 : now.mine === 0} onClick={undo}>
            {t("undo")}
          </Button>
        )}
        <Button
          icon="download"
          data-testid="board-save"
          onClick={() => {
            const drawn = figure.current?.querySelector("svg");
            if (drawn) void save(drawn, `${t("file")}.png`);
          }}
        >
          {t("save")}
        </Button>
        {view === "own" && (
          <Button
            look="primary"
            data-testid="board-show"
            disabled={own.length === 0}
            onClick={() => void session.use({ do: "board.show", marks: own.slice(-150), words: desk.words.value.trim() }).then(report)}
          >
            {t(mine ? "show_again" : "show")}
          </Button>
        )}
        {sheet && (sheet.mine || leads) && (
          <Button data-testid="board-take-back" onClick={() => void session.use({ do: "board.take_back", sheet: sheet.id }).then(report)}>
            {t("take_back")}
          </Button>
        )}
      </div>
      {view === "own" && (
        <>
          <Field label={t("own_words")} value={desk.words.value} maxLength={300} data-testid="board-own-words" onInput={(event) => (desk.words.value = event.currentTarget.value)} />
          <p class="small soft boardprivate">
            <Icon name="lock" />
            {t("private")}
          </p>
        </>
      )}
    </section>
  );
}

export default { Panel, Stage };
