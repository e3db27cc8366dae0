/** A member of staff's own calendar feeds, as a dialog from the navigation. */
import { Dialog } from "../../ui/index.ts";
import { useLoad } from "../load.ts";
import { Failed } from "../State.tsx";
import { Calendars } from "./Calendars.tsx";
import { newOwnFeed, ownFeeds } from "./door.ts";
import "./links.css";
import { load, t } from "./words/index.ts";

await load();

export default function OwnCalendar({ onClose }: { onClose: () => void }) {
  const loaded = useLoad("own feeds", ownFeeds);
  return (
    <Dialog title={t("own.title")} closeLabel={t("close")} onClose={onClose} data-testid="own-calendar">
      <Failed loaded={loaded} />
      <Calendars feeds={loaded.value} make={newOwnFeed} changed={loaded.again} staff />
    </Dialog>
  );
}
