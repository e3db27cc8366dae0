/** Polls: a leader asks one question of everybody; results are theirs until they show them. */
import { Leading } from "./Leading.tsx";
import { Answering } from "./Answering.tsx";
import type { ToolProps } from "../registry.ts";

function Panel(props: ToolProps) {
  const seen = props.seen?.tool === "polls" ? props.seen : null;
  return props.leads ? <Leading {...props} now={seen} /> : <Answering {...props} now={seen} />;
}

export default { Panel };
