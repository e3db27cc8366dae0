/** Keep the screen on while somebody is in the room. The browser lets go whenever the page is hidden. */
export function keepAwake(): () => void {
  if (!("wakeLock" in navigator)) return () => undefined;
  let lock: WakeLockSentinel | null = null;
  let over = false;
  const take = () => {
    if (document.visibilityState !== "visible" || over) return;
    navigator.wakeLock.request("screen").then(
      (taken) => {
        if (over) void taken.release();
        else lock = taken;
      },
      // Refused on a low battery: the phone's own rules go first.
      () => undefined,
    );
  };
  document.addEventListener("visibilitychange", take);
  take();
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", take);
    void lock?.release();
  };
}
