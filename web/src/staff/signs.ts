/** The signs of the pages in the navigation, one each, drawn as the icons are: they tell pages apart before a word is read. */
export const SIGNS = {
  agreements: "M6 3.5h9L19 7.5v13H6zM14.5 3.5V8H19M9 12h7M9 16h5",
  attendance: "M4 6.5L5.5 8 8 5M4 12.5L5.5 14 8 11M4 18.5L5.5 20 8 17M11.5 7H20M11.5 13H20M11.5 19H20",
  audit: "M4.5 5h13M4.5 9.5h7M4.5 14h4.5M14 10.5a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM17 17.5l3.5 3.5",
  caseload: "M8 5a2.8 2.8 0 1 0 0 5.6A2.8 2.8 0 0 0 8 5zM3 18.5a5 5 0 0 1 10 0M15.5 7H21M15.5 12H21M15.5 17H21",
  clients: "M9 5.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM3.5 19a5.5 5.5 0 0 1 11 0M15 5.8a3 3 0 0 1 0 5.4M17 14.2a5.5 5.5 0 0 1 3.5 4.8",
  emergency: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 6.8-1.2M12 14.5v2",
  import: "M12 3.5v11M7.5 10L12 14.5 16.5 10M4 14v6h16v-6",
  materials: "M4 5h16v11H4zM12 16v4M8 20h8M8 9h8M8 12h5",
  reports: "M3.5 20h17M6 20v-7M11 20V5M16 20v-10",
  schedule: "M4 6.5h16v13H4zM4 10.5h16M9.3 10.5v9M14.7 10.5v9M8 3.5v4M16 3.5v4",
  settings: "M4 7.5h7.7M16.3 7.5H20M14 5.2a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6zM4 16.5h3.7M12.3 16.5H20M10 14.2a2.3 2.3 0 1 0 0 4.6 2.3 2.3 0 0 0 0-4.6z",
  sign: "M4.5 19.5l1-4.5L15.8 4.7a1.7 1.7 0 0 1 2.4 0l1.1 1.1a1.7 1.7 0 0 1 0 2.4L9 18.5zM13.5 7l3.5 3.5M13 20.5h7.5",
  staff: "M5.5 5.5h13v15h-13zM9.5 3.5h5v3.5h-5zM12 9.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM8.5 17.8a3.6 3.6 0 0 1 7 0",
  today: "M5 6.5h14v13H5zM5 10.5h14M9 3.5v4M15 3.5v4M9 15l2.2 2.2L15.3 13",
} as const;

export type SignName = keyof typeof SIGNS;
