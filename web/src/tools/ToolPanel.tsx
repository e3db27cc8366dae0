/** The tool that is open, beside the pictures. It takes no focus by itself: somebody may be in the middle of a sentence. */
import type { Session } from "../core/session.ts";
import { IconButton, useFocusBack } from "../ui/index.ts";
import type { RoomView } from "../wire.ts";
import type { Shown, Toolbox } from "./toolbox.ts";
import { t } from "./words/index.ts";
import { t as word } from "../call/words/index.ts";
import "./tools.css";

interface ToolPanelProps {
  readonly session: Session;
  readonly room: RoomView;
  readonly box: Toolbox;
  readonly shown: Shown;
}

export function ToolPanel({ session, room, box, shown: { entry, seen, parts } }: ToolPanelProps) {
  const Panel = parts?.Panel;
  const panel = useFocusBack();
  if (!Panel) return null;
  return (
    <aside
      class="panel tool"
      ref={panel}
      data-half={entry.half || undefined}
      aria-labelledby={`tool-${entry.tool}`}
      data-testid={`tool-${entry.tool}`}
      onKeyDown={(event) => {
        if (event.key === "Escape") box.close(entry);
      }}
    >
      <header>
        <h2 id={`tool-${entry.tool}`}>{t(entry.label)}</h2>
        <IconButton icon="close" label={word("close")} onClick={() => box.close(entry)} data-testid={`tool-${entry.tool}-close`} />
      </header>
      <div class="tool-body">
        <Panel session={session} room={room} seen={seen} leads={box.leads(entry)} />
      </div>
    </aside>
  );
}
