/** What those who lead do with the board: hand it out, say what it is about, lock it, clear it, put it away. */
import { useState } from "preact/hooks";
import { report } from "../../call/refusal.ts";
import { Button, Check, Field } from "../../ui/index.ts";
import type { Move } from "../../wire.ts";
import type { ToolProps } from "../registry.ts";
import { board } from "./sheets.ts";
import { t } from "./words/index.ts";

export function Panel({ session, room, seen }: ToolProps) {
  const now = board(seen);
  const [prompt, setPrompt] = useState(now?.prompt ?? "");
  const [own, setOwn] = useState(now?.own ?? false);
  const [words, setWords] = useState(now?.words ?? "");
  const [sure, setSure] = useState(false);
  const use = (move: Move) => void session.use(move).then(report);
  const open = now?.open ?? false;
  const drew = new Map<number, number>();
  for (const mark of now?.marks ?? []) if (mark.by !== null) drew.set(mark.by, (drew.get(mark.by) ?? 0) + 1);
  return (
    <>
      <Field label={t("prompt")} hint={t("prompt_hint")} value={prompt} maxLength={200} data-testid="board-prompt" onInput={(event) => setPrompt(event.currentTarget.value)} />
      <Check label={t("own")} checked={own} onChange={setOwn} data-testid="board-own" />
      <div class="row">
        <Button look="primary" data-testid="board-open" onClick={() => use({ do: "board.open", prompt: prompt.trim(), own })}>
          {t(open ? "change" : "open")}
        </Button>
        {open && (
          <Button data-testid="board-close" onClick={() => use({ do: "board.close" })}>
            {t("close")}
          </Button>
        )}
      </div>
      {open && now && (
        <>
          <Check label={t("locked")} checked={now.locked} onChange={(locked) => use({ do: "board.rules", locked, names: now.names })} data-testid="board-lock" />
          <Check label={t("names")} checked={now.names} onChange={(names) => use({ do: "board.rules", locked: now.locked, names })} data-testid="board-names" />
          <Field kind="area" rows={2} label={t("describe")} hint={t("describe_hint")} maxLength={300} value={words} data-testid="board-words" onInput={(event) => setWords(event.currentTarget.value)} />
          <div class="row">
            <Button disabled={words.trim() === now.words} onClick={() => use({ do: "board.describe", words: words.trim() })} data-testid="board-describe">
              {t("describe_save")}
            </Button>
            <Button
              look={sure ? "danger" : "quiet"}
              data-testid="board-clear"
              onClick={() => {
                if (sure) use({ do: "board.clear" });
                setSure(!sure);
              }}
              onBlur={() => setSure(false)}
            >
              {t(sure ? "clear_sure" : "clear")}
            </Button>
          </div>
          {drew.size > 0 && (
            <>
              <h3>{t("drew")}</h3>
              <ul class="drew" data-testid="board-drew">
                {[...drew].map(([member, n]) => (
                  <li key={member}>{t("drew_so_much", { name: room.members.find((one) => one.member === member)?.alias ?? t("somebody"), n })}</li>
                ))}
              </ul>
            </>
          )}
        </>
      )}
      <p class="small soft">{t("what")}</p>
    </>
  );
}
