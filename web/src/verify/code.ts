/** The code that a paper carries. What is read leniently on the server may be typed leniently here. */

/** Of the address `/verify#CODE`, in the groups in which it is printed; empty where there is none. */
export function codeIn(fragment: string): string {
  const code = fragment.replace(/^#/, "").toUpperCase().replaceAll(/[^0-9A-Z]/g, "");
  return code.slice(0, 20).replaceAll(/(.{5})(?=.)/g, "$1-");
}
