/** The CSV of a range of days: how many rows have come so far, a way to stop, and a file only if all have come. */
import { useEffect, useRef, useState } from "preact/hooks";

import { announce, Button, Notice } from "../ui/index.ts";
import { attendanceCsv, codeOf } from "./api.ts";
import type { Day } from "./days.ts";
import { save } from "./save.ts";
import { sentence, t } from "./words/index.ts";

/** Milliseconds between two counts on the screen. */
const SHOWN_EVERY = 200;

export function Download({ from, to }: { from: Day; to: Day }) {
  const [rows, setRows] = useState<number | null>(null);
  const [code, setCode] = useState<string | null>(null);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const start = async () => {
    const stop = new AbortController();
    running.current = stop;
    setCode(null);
    setRows(0);
    let shown = 0;
    let last = 0;
    const told = (n: number) => {
      last = n;
      if (Date.now() - shown < SHOWN_EVERY) return;
      shown = Date.now();
      setRows(n);
    };
    try {
      save(await attendanceCsv(from, to, stop.signal, told), `attendance-${from}-${to}.csv`);
      announce(t("csv.done", { n: last }));
    } catch (error) {
      const why = codeOf(error);
      if (why === "cancelled") announce(t("csv.cancelled"));
      else setCode(why);
    }
    setRows(null);
  };

  return (
    <>
      <div class="row">
        <Button icon="download" busy={rows !== null} onClick={() => void start()} data-testid="attendance-csv">
          {t("attendance.csv")}
        </Button>
        {rows !== null && (
          <>
            <span class="soft small" data-testid="csv-rows">
              {t("csv.so_far", { n: rows })}
            </span>
            <Button look="plain" onClick={() => running.current?.abort()} data-testid="csv-cancel">
              {t("cancel")}
            </Button>
          </>
        )}
      </div>
      {code !== null && (
        <Notice tone="bad" role="alert">
          {t("csv.failed", { why: sentence(code) })}
        </Notice>
      )}
    </>
  );
}
