/** A short quiz: one's own result for oneself, the group's as shares. */
import { Answering } from "./Answering.tsx";
import { Leading } from "./Leading.tsx";
import type { ToolProps } from "../registry.ts";

function Panel(props: ToolProps) {
  const seen = props.seen?.tool === "quiz" ? props.seen : null;
  return props.leads ? <Leading {...props} now={seen} /> : <Answering {...props} now={seen} />;
}

export default { Panel };
