import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NoAnswer, openChannel, type Channel, type End } from "../src/core/channel.ts";
import { openSignal } from "../src/core/socket.ts";
import { told } from "./support.ts";

/** The far end of the wire: what the page sends, and what the server says. The stories in tests/whole have the real one. */
class Wire extends EventTarget {
  static all: Wire[] = [];
  readonly url: string;
  readonly sent: string[] = [];
  closed = false;
  constructor(url: string) {
    super();
    this.url = url;
    Wire.all.push(this);
  }
  send(packet: string): void {
    this.sent.push(packet);
  }
  close(): void {
    this.closed = true;
  }
  say(packet: string): void {
    this.dispatchEvent(new MessageEvent("message", { data: packet }));
  }
  break(): void {
    this.dispatchEvent(new Event("close"));
  }
  welcome(): void {
    this.say('0{"sid":"a","upgrades":[],"pingInterval":10000,"pingTimeout":8000,"maxPayload":1}');
    this.say('40{"sid":"b"}');
  }
}

const wire = () => Wire.all.at(-1) as Wire;

beforeEach(() => {
  Wire.all = [];
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Wire);
});
afterEach(() => {
  // Whatever a test has left open ends with its network.
  window.dispatchEvent(new Event("offline"));
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a channel", () => {
  let heard: unknown[];
  let ends: End[];
  let channel: Channel;

  beforeEach(() => {
    heard = [];
    ends = [];
    channel = openChannel({
      auth: () => ({ csrf: "c" }),
      open: () => heard.push("open"),
      told: (name, body) => heard.push([name, body]),
      ended: (why) => ends.push(why),
    });
  });

  it("says who it is once the server has opened, and is open when it is welcome", () => {
    expect(wire().url).toMatch(/^ws.*\/signal\/\?EIO=4&transport=websocket$/);
    wire().say('0{"sid":"a","pingInterval":10000,"pingTimeout":8000}');
    expect(wire().sent).toEqual(['40{"csrf":"c"}']);
    expect(heard).toEqual([]);
    wire().say('40{"sid":"b"}');
    expect(heard).toEqual(["open"]);
  });

  it("hands on what it is told, and answers pings", () => {
    wire().welcome();
    wire().say('42["speaking",{"members":[1]}]');
    wire().say("2");
    expect(heard).toEqual(["open", ["speaking", { members: [1] }]]);
    expect(wire().sent.at(-1)).toBe("3");
  });

  it("gives each question its own answer", async () => {
    wire().welcome();
    const first = channel.ask("beat", {});
    const second = channel.ask("chat", { text: "[43" });
    expect(wire().sent.slice(-2)).toEqual(['420["beat",{}]', '421["chat",{"text":"[43"}]']);
    wire().say('431[{"ok":false,"code":"quiet"}]');
    wire().say('430[{"ok":true,"at":1}]');
    wire().say('430[{"ok":true,"at":2}]');
    expect(await first).toEqual({ ok: true, at: 1 });
    expect(await second).toEqual({ ok: false, code: "quiet" });
  });

  it("rejects what is not answered within 5 s, or is asked before it is open or after its end", async () => {
    const early = channel.ask("beat", {});
    await expect(early).rejects.toThrow(NoAnswer);
    wire().welcome();
    const slow = expect(channel.ask("beat", {})).rejects.toThrow(NoAnswer);
    await vi.advanceTimersByTimeAsync(5000);
    await slow;
    const cut = expect(channel.ask("beat", {})).rejects.toThrow(NoAnswer);
    wire().break();
    await cut;
    await expect(channel.ask("beat", {})).rejects.toThrow(NoAnswer);
    expect(ends).toEqual(["lost"]);
  });

  it("is lost if a step of the handshake takes 5 s, or if no ping comes in time", () => {
    vi.advanceTimersByTime(4900);
    wire().say('0{"sid":"a","pingInterval":10000,"pingTimeout":8000}');
    vi.advanceTimersByTime(4900);
    wire().say('40{"sid":"b"}');
    vi.advanceTimersByTime(17_900);
    wire().say("2");
    vi.advanceTimersByTime(17_900);
    expect(ends).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(ends).toEqual(["lost"]);
    expect(wire().closed).toBe(true);
  });

  it("says nothing and hears nothing when the device wakes, before its timers do", async () => {
    for (const wake of [() => wire().say("2"), () => void channel.ask("beat", {}).catch(() => undefined)]) {
      wire().welcome();
      const before = wire().sent.length;
      vi.setSystemTime(Date.now() + 18_001);
      wake();
      await Promise.resolve();
      expect(wire().sent.length).toBe(before);
      expect(ends.splice(0)).toEqual(["lost"]);
      channel = openChannel({ auth: () => ({}), open: () => undefined, told: () => undefined, ended: (why) => ends.push(why) });
    }
  });

  it("is lost with the network, and says so once", () => {
    window.dispatchEvent(new Event("offline"));
    wire().break();
    expect(ends).toEqual(["lost"]);
  });

  it("tells a refusal from being sent away", () => {
    wire().say('0{"sid":"a","pingInterval":10000,"pingTimeout":8000}');
    wire().say('44{"message":"not_signed_in"}');
    expect(ends).toEqual([{ refused: "not_signed_in" }]);
  });

  it("says good-bye where it is heard, and hears nothing afterwards", () => {
    wire().welcome();
    channel.close();
    wire().say('42["speaking",{"members":[1]}]');
    expect(wire().sent.at(-1)).toBe("41");
    expect(heard).toEqual(["open"]);
    expect(ends).toEqual(["closed"]);
  });
});

describe("the signalling door", () => {
  const events: string[] = [];
  const open = () =>
    openSignal({
      csrf: () => "c",
      connected: () => events.push("connected"),
      lost: () => events.push("lost"),
      refused: (code) => events.push(code),
      told: (tell) => events.push(tell.type),
    });

  beforeEach(() => void events.splice(0));

  it("comes back after a loss, more and more patiently", () => {
    open();
    wire().welcome();
    wire().break();
    expect(events).toEqual(["connected", "lost"]);
    vi.advanceTimersByTime(450);
    expect(Wire.all).toHaveLength(2);
    for (let attempt = 0; attempt < 8; attempt++) {
      wire().break();
      vi.advanceTimersByTime(149);
      expect(Wire.all).toHaveLength(2 + attempt);
      vi.advanceTimersByTime(3000);
      expect(Wire.all).toHaveLength(3 + attempt);
    }
    wire().welcome();
    expect(events).toEqual(["connected", "lost", "connected"]);
  });

  it("replaces a connection that seems dead, and leaves one that is coming alone", () => {
    const door = open();
    door.bounce();
    expect(wire().closed).toBe(false);
    wire().welcome();
    door.bounce();
    expect(wire().closed).toBe(true);
    expect(events).toEqual(["connected", "lost"]);
    vi.advanceTimersByTime(450);
    expect(Wire.all).toHaveLength(2);
  });

  it("tries again after a refusal that may pass, and not without a cookie", () => {
    open();
    wire().say('0{"sid":"a","pingInterval":10000,"pingTimeout":8000}');
    wire().say('44{"message":"not_now"}');
    vi.advanceTimersByTime(3000);
    expect(Wire.all).toHaveLength(2);
    wire().say('44{"message":"not_signed_in"}');
    vi.advanceTimersByTime(60_000);
    expect(Wire.all).toHaveLength(2);
    expect(events).toEqual(["not_signed_in"]);
  });

  it("leaves for good after a good-bye", () => {
    open();
    wire().welcome();
    wire().say(`42["bye",${JSON.stringify({ ...told("bye"), why: "ended" })}]`);
    wire().break();
    vi.advanceTimersByTime(60_000);
    expect(events).toEqual(["connected", "bye"]);
    expect(wire().sent.at(-1)).toBe("41");
    expect(Wire.all).toHaveLength(1);
  });

  it("comes back after a good-bye for a restart", () => {
    open();
    wire().welcome();
    wire().say(`42["bye",${JSON.stringify({ ...told("bye"), why: "restart" })}]`);
    wire().break();
    vi.advanceTimersByTime(450);
    expect(events).toEqual(["connected", "bye", "lost"]);
    expect(Wire.all).toHaveLength(2);
  });
});
