/** A sheet as a picture on this device. It is drawn here and goes nowhere else. */
import { HIGH, WIDE } from "./ink.ts";

export async function save(sheet: SVGSVGElement, name: string): Promise<void> {
  const copy = sheet.cloneNode(true) as SVGSVGElement;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(WIDE));
  copy.setAttribute("height", String(HIGH));
  copy.querySelectorAll("title, .cross, .towards").forEach((one) => one.remove());
  copy.querySelector(".paper")?.setAttribute("fill", "#fdfbf5");
  copy.setAttribute("font-family", "sans-serif");
  const picture = new Image(WIDE, HIGH);
  picture.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [WIDE, HIGH];
  canvas.getContext("2d")?.drawImage(picture, 0, 0);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (!blob) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
