/**
 * Appointments as a file for a calendar (RFC 5545), made on the device: nothing more is asked of the server, and the title
 * says no more than that there is an appointment. Pure.
 */
import type { Appointment } from "./door.ts";

const stamp = (at: number) => new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, "");

export function calendar(appointments: readonly Appointment[], title: string, now: number): string {
  const entries = appointments.flatMap((one) => [
    "BEGIN:VEVENT",
    // The same entry keeps its name, so that a file that is added again moves it instead of doubling it.
    `UID:${one.id}@appointments`,
    `DTSTAMP:${stamp(now)}`,
    `DTSTART:${stamp(one.starts)}`,
    `DTEND:${stamp(one.ends)}`,
    `SUMMARY:${title}`,
    `STATUS:${one.cancelled ? "CANCELLED" : "CONFIRMED"}`,
    "END:VEVENT",
  ]);
  return ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//appointments//EN", ...entries, "END:VCALENDAR", ""].join("\r\n");
}
