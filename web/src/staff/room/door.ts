/** The way into a room for staff: everything ready behind the mirror, before somebody goes in. */
import type { Devices } from "../../core/devices.ts";
import { openMedia, STAFF } from "../../core/media.ts";
import { openSession } from "../../core/session.ts";
import type { Session } from "../../core/session.ts";
import { http } from "../api.ts";
import { tabId } from "./tab.ts";

/** Ready to go in, at once when `enter` is called: the socket is open and the browser knows what it will offer. */
export function atTheDoor(id: string, devices: Devices): Session {
  return openSession({
    session: id,
    csrf: () => http.csrf,
    tab: tabId(),
    devices,
    media: openMedia(STAFF),
    wanted: { microphone: false, camera: false, screen: false },
    waits: true,
  });
}
