/**
 * Stereo in an offer of ours (RFC 7587 section 7.1). Pure.
 *
 * Chromium and Safari decode two channels only if their own description asks for them, and their interface has no other
 * way to say so. Every slot asks; the microphone's m-line says `sprop-stereo` when it carries music, and the server then
 * answers by asking for stereo. Firefox asks by itself. Chromium remembers in its next offer what was said in the last,
 * so that what no longer holds has to be taken out again.
 */
export function withStereo(offer: string, music: boolean): string {
  return offer
    .split(/(?=^m=)/m)
    .map((section) => {
      const number = /^a=rtpmap:(\d+) opus\/48000\/2\r?$/im.exec(section)?.[1];
      if (!section.startsWith("m=audio") || !number) return section;
      const says = /^a=recvonly\r?$/m.test(section) ? ["stereo=1"] : music ? ["sprop-stereo=1"] : [];
      return section.replace(new RegExp(`^(a=fmtp:${number} )([^\\r\\n]*)`, "m"), (_, head: string, said: string) => {
        const others = said.split(";").filter((one) => !/^\s*(sprop-)?stereo=/.test(one));
        return head + [...others, ...says].join(";");
      });
    })
    .join("");
}
