import { describe, expect, it } from "vitest";
import { initial, reduce, type Message, type State } from "../src/core/state.ts";
import type { RoomView } from "../src/wire.ts";
import { joinAnswer, room, told } from "./support.ts";

const ON = { microphone: true, camera: true, screen: false };

function after(...messages: Message[]): State {
  return messages.reduce(reduce, initial(ON));
}

const joined = (view: RoomView = joinAnswer().room): Message => ({ type: "joined", answer: { ...joinAnswer(), room: view } });
const told_ = (view: RoomView): Message => ({ type: "room", room: view });

describe("joining", () => {
  it("takes the room and the chat, and is up", () => {
    const state = after(joined());
    expect(state.link).toBe("up");
    expect(state.room?.you.alias).toBe("Bob");
    expect(state.chat).toHaveLength(1);
  });

  it("goes on trying after a refusal that may pass, and forgets it when it has passed", () => {
    const refused = after({ type: "refused", code: "not_open_yet" });
    expect(refused).toMatchObject({ refused: "not_open_yet", over: null });
    expect(reduce(refused, joined()).refused).toBeNull();
  });

  it("is over after a refusal that does not pass", () => {
    expect(after({ type: "refused", code: "removed" }).over).toBe("removed");
    expect(after({ type: "refused", code: "not_signed_in" }).over).toBe("not_signed_in");
  });

  it("keeps each chat line once when a resumed page is told some again", () => {
    const line = { ...told("chat_line").line, id: "1795565000999-0", text: "Again" };
    const state = after(joined(), { type: "chat_line", line }, joined(), { type: "chat_line", line });
    expect(state.chat.map((one) => one.text)).toEqual(["Welcome back.", "Again"]);
  });
});

describe("the room", () => {
  it("never goes back to an older version", () => {
    const state = after(joined(room({ version: 9 })), told_(room({ version: 12, locked: true })), told_(room({ version: 10 })));
    expect(state.room).toMatchObject({ version: 12, locked: true });
  });

  it("is over for everybody when it has ended, and for one who was removed", () => {
    expect(after(joined(), told_(room({ version: 10, ended: true }))).over).toBe("ended");
    expect(after(joined(), told_(room({ version: 10 }, { standing: "removed" }))).over).toBe("removed");
  });

  it("changes no more once a page's part is over", () => {
    const over = after(joined(), { type: "bye", why: "other_tab" });
    expect(over.over).toBe("other_tab");
    expect(reduce(over, told_(room({ version: 99 })))).toBe(over);
  });

  it("is only interrupted by a restart of the server", () => {
    expect(after(joined(), { type: "bye", why: "restart" })).toMatchObject({ link: "down", over: null });
  });
});

describe("a host's mute", () => {
  const muted = told_(room({ version: 10 }, { microphone: false }));

  it("switches the wish off and is shown", () => {
    expect(after(joined(), muted)).toMatchObject({ mutedByHost: true, wanted: { microphone: false, camera: true } });
  });

  it("is not seen in one's own mute, nor while an answer is under way", () => {
    expect(after(joined(), { type: "want", wanted: { microphone: false } }, muted).mutedByHost).toBe(false);
    const asking = after(joined(), { type: "asking", asking: true, microphone: true }, muted);
    expect(asking).toMatchObject({ mutedByHost: false, wanted: { microphone: true } });
  });

  it("is noticed by a page that was away meanwhile", () => {
    const back = after(joined(), { type: "link", link: "down" }, joined(room({ version: 11 }, { microphone: false })));
    expect(back).toMatchObject({ mutedByHost: true, wanted: { microphone: false } });
  });

  it("is forgotten when the person speaks again", () => {
    expect(after(joined(), muted, { type: "want", wanted: { microphone: true } })).toMatchObject({
      mutedByHost: false,
      wanted: { microphone: true },
    });
  });
});

describe("slots", () => {
  it("keep the newest map, first by media epoch, then by version", () => {
    const slots = told("slots");
    const newer = { ...slots, version: slots.version + 1 };
    expect(after(newer, slots).slots).toBe(newer);
    const nextEpoch = { ...slots, epoch: slots.epoch + 1, version: 1 };
    expect(after(newer, nextEpoch, newer).slots).toBe(nextEpoch);
  });
});

describe("order", () => {
  it("wants nothing in a moment for oneself, and goes on muted after it", () => {
    const away = after(joined(), told_(room({ version: 10 }, { apart: "moment", microphone: false, camera: false })));
    expect(away).toMatchObject({ mutedByHost: false, wanted: { microphone: false, camera: false, screen: false } });
    expect(reduce(away, told_(room({ version: 11 }, { microphone: false, camera: false }))).wanted.microphone).toBe(false);
  });

  it("does not ask for a microphone in quiet, until one is asked to speak", () => {
    const quiet = after(joined(), told_(room({ version: 10, quiet: "quiet" }, { microphone: false, hushed: true })));
    const want: Message = { type: "want", wanted: { microphone: true } };
    expect(reduce(quiet, want).wanted).toMatchObject({ microphone: false, camera: true });
    expect(quiet.mutedByHost).toBe(false);
    const asked = reduce(quiet, told_(room({ version: 11, quiet: "quiet" }, { microphone: false, asked: true })));
    expect(reduce(asked, want).wanted.microphone).toBe(true);
  });
});
