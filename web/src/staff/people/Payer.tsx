/** Who pays for a client, with authorisations, and their levels of care: the part of a session's page, on the client's. */
import { Coverage } from "../Coverage.tsx";
import { ownZone } from "../days.ts";
import { useLoad } from "../load.ts";
import { load as loadStaffWords } from "../words/index.ts";
import { choices, client as read } from "./door.ts";
import type { TabProps } from "./tabs.ts";

await loadStaffWords();

export default function Payer({ client: id }: TabProps) {
  const loaded = useLoad(`payer ${id}`, () => read(id));
  const offer = useLoad("choices", choices);
  return (
    <div class="card stack">
      <Coverage client={id} alias={loaded.value?.alias ?? ""} zone={offer.value?.zone ?? ownZone()} heading="h2" />
    </div>
  );
}
