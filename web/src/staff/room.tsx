/** The entry of the staff's room: who is it, which session, a look in the mirror, in. */
import { render } from "preact";
import { useState } from "preact/hooks";

import { openDevices } from "../core/devices.ts";
import { load as loadCallWords } from "../text/client.ts";
import { Icon } from "../ui/index.ts";
import { me, whoAmI } from "./api.ts";
import { Check } from "./room/Check.tsx";
import { Room } from "./room/Room.tsx";
import { SignInAgain, SignInPage } from "./SignIn.tsx";
import { load, t } from "./words/index.ts";
import "./staff.css";
import "./room/room.css";

/** What was chosen in the mirror, so that a reload comes back into the room and not before it. */
const ENTERED = "entered";

interface Entered {
  readonly session: string;
  readonly microphone: boolean;
  readonly camera: boolean;
}

const id = /^#([A-Za-z0-9_-]{1,64})$/.exec(location.hash)?.[1] ?? null;
addEventListener("hashchange", () => location.reload());

function earlier(): Entered | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(ENTERED) ?? "null") as Entered | null;
    return kept?.session === id ? kept : null;
  } catch {
    return null;
  }
}

function Entry() {
  const [devices] = useState(openDevices);
  const [entered, setEntered] = useState<Entered | null>(() => {
    const kept = earlier();
    if (kept !== null) void devices.want({ microphone: kept.microphone, camera: kept.camera });
    return kept;
  });
  if (id === null) return <BadLink />;
  if (me.value === null) return <SignInPage />;
  return (
    <>
      {entered === null ? (
        <Check
          devices={devices}
          session={id}
          onEnter={(wanted) => {
            const now = { session: id, ...wanted };
            sessionStorage.setItem(ENTERED, JSON.stringify(now));
            setEntered(now);
          }}
        />
      ) : (
        <Room id={id} devices={devices} wanted={entered} />
      )}
      <SignInAgain />
    </>
  );
}

function BadLink() {
  return (
    <main class="signin">
      <div class="card stack">
        <h1>{t("session.title")}</h1>
        <p>{t("room.bad_link")}</p>
        <a class="button" data-look="primary" href="/">
          <Icon name="calendar" />
          <span>{t("nav.sessions")}</span>
        </a>
      </div>
    </main>
  );
}

await Promise.all([load(), loadCallWords(), whoAmI().catch(() => null)]);
const root = document.getElementById("app");
if (root !== null) render(<Entry />, root);
