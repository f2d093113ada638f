// Mounts Mirador on the page's #viewer, as that element's data attributes say:
//   data-manifest   URL of the manifest
//   data-language   language of the page, a BCP 47 tag
//   data-pages      how many canvases there are; several get a row of thumbnails
//   data-workspace  present where windows may be added, closed and arranged
//   data-notes      present where notes are written: all are drawn, and the element gets what annotate.js goes by

import { OSDReferences, viewer } from "mirador/src";
import words from "./words.json"; // What Mirador 4.0.0 itself says in English only.

const mount = document.getElementById("viewer");
const { manifest, language, notes, pages, workspace } = mount.dataset;
const free = workspace !== undefined;
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

// The page's own colours: viewer and page are one piece. site.css has the same.
const light = { accent: "#8f3222", paper: "#ffffff", wall: "#efe9df", mount: "#f7f3ec" };
const night = { accent: "#f0a184", paper: "#211e1b", wall: "#131110", mount: "#1b1816" };
const { accent, paper, wall, mount: ground } = dark ? night : light;

const theme = {
  direction: document.dir,
  palette: {
    mode: dark ? "dark" : "light",
    primary: { main: accent },
    secondary: { main: accent },
    background: { default: ground, paper },
    shades: { dark: wall, main: paper, light: ground },
  },
  typography: { fontFamily: getComputedStyle(document.body).fontFamily },
};

const { store } = viewer({
  id: mount.id,
  // Mirador names simplified Chinese by its country.
  language: language === "zh-Hans" ? "zh-CN" : language,
  translations: words,
  selectedTheme: "page",
  themes: { page: theme },
  windows: [{ manifestId: manifest, thumbnailNavigationPosition: Number(pages) > 1 ? "far-bottom" : "off" }],
  window: {
    allowClose: free,
    allowMaximize: free,
    allowFullscreen: true,
    hideWindowTitle: !free,
    highlightAllAnnotations: notes !== undefined,
  },
  workspace: { type: free ? "mosaic" : "single", allowNewWindows: free, draggingEnabled: free },
  workspaceControlPanel: { enabled: free },
  osdConfig: still ? { animationTime: 0, blendTime: 0 } : {},
});

mount.mirador = { store, surface: (window) => OSDReferences.get(window)?.current };
