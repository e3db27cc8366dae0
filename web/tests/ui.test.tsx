import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Button, Check, Field, IconButton, LiveRegion, Menu, Tile, announce, initials, useFocusBack } from "../src/ui/index.ts";

afterEach(cleanup);

describe("the kit", () => {
  it("ties a field's hint and error to its input", () => {
    render(<Field label="Address" hint="Street and city" error="Enter the address." name="location" />);
    const input = screen.getByLabelText("Address");
    const described = (input.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent);
    expect(described).toEqual(["Street and city", "Enter the address."]);
    expect(input.getAttribute("aria-invalid")).toBe("true");
  });

  it("says a tick box's error the same way", () => {
    const changed = vi.fn();
    render(<Check label="Alone" error="Tick this." checked={false} onChange={changed} />);
    const box = screen.getByLabelText("Alone");
    expect(document.getElementById(box.getAttribute("aria-describedby") ?? "")?.textContent).toBe("Tick this.");
    fireEvent.click(box);
    expect(changed).toHaveBeenCalledWith(true);
  });

  it("keeps a toggle's name and changes its pressed state", () => {
    const { rerender } = render(<IconButton icon="mic" label="Microphone" pressed caption="Mute" />);
    expect(screen.getByRole("button", { name: "Microphone" }).getAttribute("aria-pressed")).toBe("true");
    rerender(<IconButton icon="micOff" label="Microphone" pressed={false} caption="Unmute" />);
    expect(screen.getByRole("button", { name: "Microphone" }).getAttribute("aria-pressed")).toBe("false");
  });

  it("does nothing twice while a button is busy, and keeps it focusable", () => {
    const clicked = vi.fn();
    render(
      <Button busy onClick={clicked}>
        Begin
      </Button>,
    );
    const button = screen.getByRole("button", { name: "Begin" });
    fireEvent.click(button);
    expect(clicked).not.toHaveBeenCalled();
    expect(button.hasAttribute("disabled")).toBe(false);
  });

  it("gives the focus back to what opened a panel when it closes around it, and else to the controls", () => {
    function Panel() {
      const panel = useFocusBack();
      return (
        <aside ref={panel}>
          <button type="button">Close</button>
        </aside>
      );
    }
    const Page = ({ open }: { open: boolean }) => (
      <>
        {open && <Panel />}
        <button type="button">Open</button>
        <div id="controls" tabIndex={-1} />
      </>
    );
    const { rerender } = render(<Page open={false} />);
    const opener = screen.getByRole("button", { name: "Open" });
    opener.focus();
    rerender(<Page open />);
    screen.getByRole("button", { name: "Close" }).focus();
    rerender(<Page open={false} />);
    expect(document.activeElement).toBe(opener);

    opener.blur();
    rerender(<Page open />);
    screen.getByRole("button", { name: "Close" }).focus();
    rerender(<Page open={false} />);
    expect(document.activeElement?.id).toBe("controls");

    rerender(<Page open />);
    opener.focus();
    rerender(<Page open={false} />);
    expect(document.activeElement).toBe(opener);
  });

  it("opens a menu for the keyboard and gives the focus back", () => {
    const acted = vi.fn();
    render(
      <Menu
        label="Actions for Ana"
        items={[
          { label: "Mute", icon: "micOff", act: acted },
          { label: "Remove", icon: "remove", act: () => undefined },
        ]}
      />,
    );
    const button = screen.getByRole("button", { name: "Actions for Ana" });
    fireEvent.click(button);
    const [mute, remove] = screen.getAllByRole("menuitem");
    expect(document.activeElement).toBe(mute);
    fireEvent.keyDown(mute as Element, { key: "ArrowDown" });
    expect(document.activeElement).toBe(remove);
    fireEvent.keyDown(remove as Element, { key: "Escape" });
    expect(document.activeElement).toBe(button);
    expect(button.getAttribute("aria-expanded")).toBe("false");
    expect(acted).not.toHaveBeenCalled();
  });

  it("shows names as text, whatever they contain", () => {
    render(<Tile member={3} source="camera" name={'<img src=x onerror="alert(1)">'} stream={null} />);
    expect(document.querySelector("img")).toBeNull();
    expect(screen.getByText('<img src=x onerror="alert(1)">')).toBeTruthy();
  });

  it("takes initials from names of any script", () => {
    expect(initials("Ana Lucía Pérez")).toBe("AP");
    expect(initials("  ")).toBe("?");
    expect(initials("𝒜lex")).toBe("𝒜");
    expect(initials("Sky")).toBe("S");
  });
});

describe("what is said aloud", () => {
  it("gathers polite sentences, and says the others at once", () => {
    vi.useFakeTimers();
    render(<LiveRegion />);
    announce("Ana came in.");
    announce("Ben came in.");
    expect(screen.getByRole("status").textContent).toBe("");
    vi.advanceTimersByTime(3000);
    vi.useRealTimers();
    announce("Your microphone is off.", "assertive");
    return vi.waitFor(() => {
      expect(screen.getByRole("status").textContent).toBe("Ana came in. Ben came in.");
      expect(screen.getByRole("alert").textContent).toBe("Your microphone is off.");
    });
  });
});
