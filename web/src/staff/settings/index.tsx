/** The settings: what the clinic goes by. Each part has an address; who may see which is the server's table's affair. */
import { Icon } from "../../ui/index.ts";
import { me } from "../api.ts";
import { useLoad } from "../load.ts";
import type { PageProps } from "../pages.ts";
import { linkTo } from "../route.ts";
import { ClosedDays } from "../schedule/ClosedDays.tsx";
import { Failed } from "../State.tsx";
import { t as staff } from "../words/index.ts";
import { settings } from "./door.ts";
import type { Settings } from "./door.ts";
import { Keys } from "./Keys.tsx";
import { Kinds } from "./Kinds.tsx";
import { Packs } from "./Packs.tsx";
import { ProgrammeFacts } from "./ProgrammeFacts.tsx";
import { Texts } from "./Texts.tsx";
import { Templates } from "./Templates.tsx";
import { Tracks } from "./Tracks.tsx";
import { load, t } from "./words/index.ts";
import "./settings.css";

await load();

const PARTS = [
  { part: "programme", may: "settings.read" },
  { part: "tracks", may: "staff.read" },
  { part: "closed", may: "schedule.read" },
  { part: "kinds", may: "settings.read" },
  { part: "rules", may: "settings.read" },
  { part: "texts", may: "settings.read" },
  { part: "templates", may: "settings.read" },
  { part: "keys", may: "keys.read" },
] as const;
type Part = (typeof PARTS)[number]["part"];

export default function SettingsPage({ rest: [asked] }: PageProps) {
  const open = PARTS.filter(({ may }) => me.value?.may.includes(may));
  const part = open.find((one) => one.part === asked)?.part ?? open[0]?.part;
  return (
    <div class="stack settings">
      <h1 tabIndex={-1}>{t("title")}</h1>
      <nav class="parts" aria-label={t("parts")}>
        {open.map((one) => (
          <a key={one.part} href={linkTo("settings", one.part)} aria-current={one.part === part ? "page" : undefined} data-testid={`settings-${one.part}`}>
            {t(`part.${one.part}`)}
          </a>
        ))}
        {me.value?.may.includes("staff.read") && (
          <a href={linkTo("staff")}>
            {t("part.staff")}
            <Icon name="next" />
          </a>
        )}
      </nav>
      {part === undefined ? <p>{staff("page.none")}</p> : <Shown key={part} part={part} />}
    </div>
  );
}

function Shown({ part }: { part: Part }) {
  if (part === "tracks") return <Tracks />;
  if (part === "closed") return <ClosedDays />;
  if (part === "templates") return <Templates />;
  if (part === "keys") return <Keys />;
  return <OfSettings part={part} />;
}

function OfSettings({ part }: { part: "programme" | "kinds" | "rules" | "texts" }) {
  const loaded = useLoad<Settings>("settings", settings);
  if (loaded.value === null) return loaded.code === null ? <p class="soft">{staff("loading")}</p> : <Failed loaded={loaded} />;
  const found = loaded.value;
  switch (part) {
    case "programme":
      return <ProgrammeFacts settings={found} changed={loaded.again} />;
    case "kinds":
      return <Kinds settings={found} />;
    case "rules":
      return <Packs packs={found.packs} />;
    case "texts":
      return <Texts texts={found.texts} />;
  }
}
