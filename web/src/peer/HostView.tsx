/**
 * The room for one of the clients who hosts a meeting of their peers: the call view that everybody has, and beside it what
 * a peer may do. Aliases only; the record is no business of theirs. What is offered follows `you.may`.
 */
import { useComputed } from "@preact/signals";
import { useState } from "preact/hooks";

import { CallView } from "../call/CallView.tsx";
import type { CallViewProps } from "../call/CallView.tsx";
import { report } from "../call/refusal.ts";
import { Button, Dialog, Menu, Notice, type MenuItem } from "../ui/index.ts";
import { t } from "./words/index.ts";
import "./peer.css";

export function HostView(props: CallViewProps) {
  const { session } = props;
  const room = useComputed(() => session.state.value.room).value;
  const [ending, setEnding] = useState(false);
  if (room === null) return <CallView {...props} />;
  const may = new Set(room.you.may);
  const waiting = room.waiting.filter((one) => !one.reconnecting);
  const items: MenuItem[] = [];
  if (may.has("break")) {
    const on = room.break_since === null;
    items.push({ label: t(on ? "break" : "break_over"), icon: "pause", testid: "peer-break", act: () => void session.command("break", { on }).then(report) });
  }
  if (may.has("mute_others")) {
    items.push({ label: t("mute_all"), icon: "micOff", testid: "mute-all", act: () => void session.command("mute", {}).then(report) });
  }
  if (may.has("lock")) {
    const locked = !room.locked;
    items.push({ label: t(locked ? "lock" : "unlock"), icon: locked ? "lock" : "unlock", testid: "lock", act: () => void session.command("lock", { locked }).then(report) });
  }
  if (may.has("end")) items.push({ label: t("end"), icon: "close", tone: "danger", testid: "end", act: () => setEnding(true) });
  return (
    <>
      <CallView
        {...props}
        above={
          may.has("admit") &&
          waiting.length > 0 && (
            <div class="peer-door">
              <Notice
                tone="plain"
                role="status"
                action={
                  <Button icon="door" onClick={() => void session.command("admit", {}).then(report)} data-testid="admit-all">
                    {t("let_in", { n: waiting.length })}
                  </Button>
                }
              >
                {t("waits", { n: waiting.length, names: waiting.map((one) => one.alias).join(", ") })}
              </Notice>
            </div>
          )
        }
        controls={items.length > 0 && <Menu icon="people" label={t("host")} caption={t("host")} items={items} data-testid="peer-host" />}
      />
      {ending && (
        <Dialog
          title={t("end_title")}
          closeLabel={t("close")}
          onClose={() => setEnding(false)}
          footer={
            <>
              <Button onClick={() => setEnding(false)}>{t("cancel")}</Button>
              <Button
                look="danger"
                data-testid="end-confirm"
                onClick={() => {
                  setEnding(false);
                  void session.command("end", {}).then(report);
                }}
              >
                {t("end")}
              </Button>
            </>
          }
        >
          <p>{t("end_what")}</p>
        </Dialog>
      )}
    </>
  );
}
