// Reads Presentation 2.1 documents with two independent clients and tells what each understood.
//
// Input (stdin): {"language": "ar", "documents": [...]}. Output (stdout): one object a document, with a
// key a client, all of one shape. Neither client asks the network for anything.

import { readFileSync } from "node:fs";
import { convertPresentation2 } from "@iiif/parser/presentation-2";
import manifesto from "manifesto.js";

globalThis.fetch = () => {
  throw new Error("a client asked the network");
};

const { language, documents } = JSON.parse(readFileSync(0, "utf8"));
const read = documents.map((document) => ({
  "@iiif/parser": withParser(structuredClone(document)),
  "manifesto.js": withManifesto(structuredClone(document)),
}));
process.stdout.write(JSON.stringify(read));

function withParser(document) {
  const drawn = convertPresentation2(document);
  const text = (map) => (map ? (map[language] ?? map.none ?? Object.values(map)[0]).join("; ") : null);
  const range = (one) => ({
    label: text(one.label),
    canvases: one.items.filter(({ type }) => type !== "Range").map((part) => part.source?.id ?? part.source ?? part.id),
    ranges: one.items.filter(({ type }) => type === "Range").map(range),
  });
  const canvas = (one) => ({
    id: one.id,
    label: text(one.label),
    size: [one.width, one.height],
    images: one.items.flatMap(({ items }) => items).flatMap(({ body }) => body).map((body) => ({
      id: body.id,
      services: body.service.map((service) => service.id ?? service["@id"]),
    })),
  });
  const isManifest = drawn.type === "Manifest";
  return {
    type: drawn.type,
    id: drawn.id,
    label: text(drawn.label),
    summary: text(drawn.summary),
    canvases: isManifest ? drawn.items.map(canvas) : [],
    ranges: isManifest ? (drawn.structures ?? []).map(range) : [],
    members: isManifest ? [] : drawn.items.map(({ id, type, label }) => ({ id, type, label: text(label) })),
  };
}

function withManifesto(document) {
  const drawn = manifesto.parseManifest(document, { locale: language });
  const text = (value) => (value?.length ? value.getValues(language).join("; ") : null);
  const isManifest = drawn.isManifest();
  const range = (one) => ({
    label: text(one.getLabel()),
    canvases: one.__jsonld.canvases ?? [],
    ranges: one.getRanges().map(range),
  });
  const canvas = (one) => ({
    id: one.id,
    label: text(one.getLabel()),
    size: [one.getWidth(), one.getHeight()],
    images: one.getImages().map((annotation) => annotation.getResource()).map((image) => ({
      id: image.id,
      services: image.getServices().map(({ id }) => id),
    })),
  });
  return {
    type: isManifest ? "Manifest" : "Collection",
    id: drawn.id,
    label: text(drawn.getLabel()),
    summary: text(drawn.getDescription()),
    canvases: isManifest ? drawn.getSequences().flatMap((sequence) => sequence.getCanvases()).map(canvas) : [],
    ranges: isManifest ? drawn.getTopRanges().map(range) : [],
    members: isManifest ? [] : drawn.items.map((one) => ({ id: one.id, type: one.isManifest() ? "Manifest" : "Collection", label: text(one.getLabel()) })),
  };
}
