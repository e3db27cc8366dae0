/** The dialog of devices, fetched when somebody opens it. */
import { fetched } from "../../ui/fetched.tsx";

export const DeviceDialog = fetched(() => import("./DeviceDialog.tsx").then((module) => module.DeviceDialog));
