/** The way to what a page shows while the group is in breakout rooms, in a chunk that is fetched when it first is. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { BannerProps } from "./breakout/Banner.tsx";

const part = signal<((props: BannerProps) => preact.JSX.Element) | null>(null);

export function Breakout(props: BannerProps) {
  const begun = props.room.breakouts !== null;
  useEffect(() => {
    if (begun && part.peek() === null) void import("./breakout/Banner.tsx").then((loaded) => (part.value = loaded.default));
  }, [begun]);
  const Banner = part.value;
  return Banner && <Banner {...props} />;
}
