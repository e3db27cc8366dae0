/**
 * The ui kit. Pages import from here; the kit imports nothing of theirs and holds no words. Its looks, ui.css, come with
 * styles/base.css: this file must have no effects of its own, so that a page loads only what it uses.
 */
export { Breathing, type BreathingProps } from "./Breathing.tsx";
export { Button, type ButtonProps } from "./Button.tsx";
export { Check, Field, type FieldProps } from "./Field.tsx";
export { Dialog, type DialogProps } from "./Dialog.tsx";
export { useFocusBack } from "./focusBack.ts";
export { Drawing, Icon, type IconName } from "./Icon.tsx";
export { IconButton, type IconButtonProps } from "./IconButton.tsx";
export { LevelMeter, type LevelMeterProps } from "./LevelMeter.tsx";
export { LiveRegion, announce } from "./LiveRegion.tsx";
export { Menu, type MenuItem, type MenuProps } from "./Menu.tsx";
export { Notice, type NoticeProps } from "./Notice.tsx";
export { Tile, initials, type TileMark, type TileProps } from "./Tile.tsx";
