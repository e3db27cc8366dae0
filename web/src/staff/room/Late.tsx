/**
 * Who is late: since when, what was done, and the step that is due now, in one click. What may be taken back says so.
 * Order and rows follow the roster; nothing here moves because a second has passed.
 */
import { useState } from "preact/hooks";

import type { Answer, Session } from "../../core/session.ts";
import { randomId } from "../../core/random.ts";
import { announce, Button, Dialog, Icon, Menu } from "../../ui/index.ts";
import type { MenuItem } from "../../ui/index.ts";
import { codeOf, remind } from "../api.ts";
import type { Sendings } from "../api.ts";
import type { Loaded } from "../load.ts";
import { lastOutcome } from "../Sendings.tsx";
import { clock, sentence } from "../words/index.ts";
import { keepCall, withdrawCall } from "./cockpit.ts";
import type { Came, Cockpit, LateClient, Step } from "./cockpit.ts";
import { second } from "./second.ts";
import { t } from "./words/index.ts";

const OUTCOMES: readonly Came[] = ["reached", "left_message", "no_answer", "wrong_number"];

export interface LateProps {
  readonly id: string;
  readonly session: Session;
  readonly loaded: Loaded<Cockpit>;
  readonly written: Loaded<Sendings>;
  readonly zone: string;
  readonly mayAdmit: boolean;
  /** What they are doing on their way in. */
  readonly doing: (client: string) => string;
}

export type Doing = (client: LateClient, step: Step) => void;

/** The steps, for the list and for the palette. */
export function useSteps({ id, session, loaded, written }: Pick<LateProps, "id" | "session" | "loaded" | "written">) {
  const [calling, setCalling] = useState<LateClient | null>(null);
  const [code, setCode] = useState("");
  const again = () => {
    loaded.again();
    written.again();
  };
  const attempt = async (asked: Promise<void>, said: string) => {
    setCode("");
    try {
      await asked;
      announce(said);
    } catch (error) {
      setCode(codeOf(error));
    }
    again();
  };
  const noShow = async (one: LateClient, on: boolean) => {
    const answer: Answer = await session.command("no_show", { person: one.client, on });
    if (answer.ok) announce(t(on ? "no_show_kept" : "no_show_undone", { name: one.alias }));
    else setCode(answer.code);
    again();
  };
  const take: Doing = (one, step) => {
    if (step === "message") void attempt(remind(id, one.client), t("message_queued", { name: one.alias }));
    else if (step === "call") setCalling(one);
    else void noShow(one, true);
  };
  return {
    code,
    calling,
    take,
    wait: (one: LateClient) => void noShow(one, false),
    hangUp: () => setCalling(null),
    called: (one: LateClient, came: Came) => {
      setCalling(null);
      void attempt(keepCall(one.client, came, randomId()), t("call_kept", { name: one.alias }));
    },
    withdraw: (one: LateClient, entry: string) => void attempt(withdrawCall(one.client, entry), t("taken_back")),
  };
}

export type Steps = ReturnType<typeof useSteps>;

/** Which steps somebody may take about this client now. */
export function stepsOf(one: LateClient, shown: Cockpit, written: Sendings | null, mayAdmit: boolean): Step[] {
  const steps: Step[] = [];
  if (written?.clients.find((client) => client.client === one.client)?.may_remind) steps.push("message");
  if (shown.may_call) steps.push("call");
  if (mayAdmit && !one.taken.some((taken) => taken.step === "no_show")) steps.push("no_show");
  return steps;
}

const ICON = { message: "send", call: "phone", no_show: "close" } as const;

export function Late({ steps, ...props }: LateProps & { readonly steps: Steps }) {
  const shown = props.loaded.value;
  if (shown === null || shown.late.length === 0) return null;
  const waited = shown.late.filter((one) => !one.taken.some((taken) => taken.step === "no_show"));
  const given = shown.late.filter((one) => !waited.includes(one));
  return (
    <section class="rail-part late" aria-labelledby="late-title" data-testid="late">
      <h2 id="late-title" class="row">
        {t("late_title")}
        {waited.length > 0 && <span class="badge">{waited.length}</span>}
      </h2>
      {steps.code !== "" && (
        <p class="small refused" role="alert">
          {sentence(steps.code)}
        </p>
      )}
      {waited.length > 0 && (
        <ul class="door">
          {waited.map((one) => (
            <Person key={one.client} one={one} shown={shown} steps={steps} {...props} />
          ))}
        </ul>
      )}
      {given.length > 0 && (
        <details class="small" data-testid="no-shows">
          <summary>{t("no_shows", { n: given.length })}</summary>
          <ul class="door plain">
            {given.map((one) => (
              <li key={one.client}>
                <span class="who">
                  <strong>{one.alias}</strong>
                </span>
                {props.mayAdmit && (
                  <Button look="plain" onClick={() => steps.wait(one)} data-testid={`late-wait-${one.client}`}>
                    {t("no_show_undo")}
                    <span class="unseen">: {one.alias}</span>
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
      {steps.calling !== null && <Call one={steps.calling} steps={steps} />}
    </section>
  );
}

function Person({ one, shown, steps, written, zone, mayAdmit, doing }: LateProps & { one: LateClient; shown: Cockpit; steps: Steps }) {
  const may = stepsOf(one, shown, written.value, mayAdmit);
  const now = one.now !== null && may.includes(one.now) ? one.now : null;
  const call = one.taken.find((taken) => taken.step === "call");
  const items: MenuItem[] = may
    .filter((step) => step !== now)
    .map((step) => ({ label: t(step), icon: ICON[step], testid: `late-${step}-${one.client}`, act: () => steps.take(one, step) }));
  if (call !== undefined && call.entry !== "") {
    items.push({
      label: `${t("call")}: ${t("look_again")}`,
      icon: "back",
      testid: `late-uncall-${one.client}`,
      act: () => steps.withdraw(one, call.entry),
    });
  }
  const done = [
    doing(one.client),
    lastOutcome({ client: one.client, zone, loaded: written }),
    call === undefined ? "" : t("called", { time: clock(call.at, zone) }),
  ].filter((part) => part !== "");
  return (
    <li data-due={one.now ?? undefined} data-testid={`late-${one.client}`}>
      <span class="who">
        <strong class="alias" dir="auto">{one.alias}</strong>
        <span class="small soft">
          <For since={one.since} /> · {done.join(" · ")}
        </span>
      </span>
      {now !== null && (
        <Button look="primary" onClick={() => steps.take(one, now)} data-testid={`late-${now}-${one.client}`}>
          {t(now)}
          <span class="unseen">: {one.alias}</span>
        </Button>
      )}
      {items.length > 0 && <Menu label={t("steps_more", { name: one.alias })} items={items} data-testid={`late-more-${one.client}`} />}
    </li>
  );
}

/** Whole minutes: nobody needs to watch the seconds of somebody's lateness. */
function For({ since }: { since: number }) {
  const minutes = Math.floor((second.value - since) / 60_000);
  return <>{minutes < 1 ? t("late_now") : t("late_for", { n: minutes })}</>;
}

function Call({ one, steps }: { one: LateClient; steps: Steps }) {
  return (
    <Dialog title={t("call_name", { name: one.alias })} closeLabel={t("close")} onClose={steps.hangUp} data-testid="call-dialog">
      <div class="stack">
        {one.phones.length === 0 ? (
          <p>{t("call_nothing")}</p>
        ) : (
          <p class="row">
            {one.phones.map((number) => (
              <a key={number} class="button" data-look="primary" href={`tel:${number.replaceAll(/[^0-9+*#]/g, "")}`}>
                <Icon name="phone" />
                <span>{number}</span>
              </a>
            ))}
          </p>
        )}
        <p class="soft">{t("call_said")}</p>
        <div class="row" role="group" aria-label={t("call_said")}>
          {OUTCOMES.map((came) => (
            <Button key={came} onClick={() => steps.called(one, came)} data-testid={`called-${came}`}>
              {t(`call_${came}`)}
            </Button>
          ))}
        </div>
      </div>
    </Dialog>
  );
}
