/** The entry of the staff's room: who is it, which session, a look in the mirror, in. */
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";

import { openDevices, type Devices } from "../core/devices.ts";
import { load as loadCallWords } from "../text/client.ts";
import { fetched } from "../ui/fetched.tsx";
import { Icon } from "../ui/index.ts";
import { me, whoAmI } from "./api.ts";
import { Check } from "./room/Check.tsx";
import { atTheDoor } from "./room/door.ts";
import { SignInAgain, SignInPage } from "./SignIn.tsx";
import { load as loadRoomWords } from "./room/words/index.ts";
import { load as loadNoteWords } from "./notes/words/index.ts";
import { load, t } from "./words/index.ts";
import "../ui/icons.ts";
import "./staff.css";
import "./room/room.css";

/** Fetched while somebody looks into the mirror. */
const Room = fetched(() => import("./room/Room.tsx").then((module) => module.Room));

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
  if (id === null) return <BadLink />;
  if (me.value === null) return <SignInPage />;
  return (
    <>
      <Door id={id} devices={devices} />
      <SignInAgain />
    </>
  );
}

/** In front of the mirror everything gets ready; a click goes in. */
function Door({ id, devices }: { id: string; devices: Devices }) {
  const [entered, setEntered] = useState(earlier);
  const [session] = useState(() => atTheDoor(id, devices));
  useEffect(() => {
    Room.ahead();
    if (entered !== null) {
      void devices.want({ microphone: entered.microphone, camera: entered.camera });
      session.enter({ microphone: entered.microphone, camera: entered.camera });
    }
    return () => session.close();
  }, [session]);

  function enter(wanted: { readonly microphone: boolean; readonly camera: boolean }) {
    session.enter(wanted);
    const now = { session: id, ...wanted };
    sessionStorage.setItem(ENTERED, JSON.stringify(now));
    setEntered(now);
  }
  return entered === null ? <Check devices={devices} session={id} onEnter={enter} /> : <Room id={id} session={session} />;
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

await Promise.all([load(), loadNoteWords(), loadRoomWords(), loadCallWords(), whoAmI().catch(() => null)]);
const root = document.getElementById("app");
if (root !== null) render(<Entry />, root);
