// Reads Presentation 3.0 documents with three independent clients and tells what each understood.
//
// Input (stdin): {"language": "ar", "documents": [...]}. Output (stdout): one object a document, with a
// key a client, all of one shape: texts as the client shows them to a reader of that language, thumbnails
// and services by their ids. No client asks the network for anything.

import { readFileSync } from "node:fs";
import { normalize } from "@iiif/parser";
import { Vault, createPaintingAnnotationsHelper, createThumbnailHelper, getValue, rangeToTableOfContentsTree } from "@iiif/helpers";
import manifesto from "manifesto.js";

globalThis.fetch = () => {
  throw new Error("a client asked the network");
};

const DEFAULT_DIRECTION = "left-to-right"; // Spec: Presentation 3.0 §3.2.

const { language, documents } = JSON.parse(readFileSync(0, "utf8"));
const read = [];
for (const document of documents) {
  read.push({
    "@iiif/parser": withParser(structuredClone(document)),
    "@iiif/helpers": await withHelpers(structuredClone(document)),
    "manifesto.js": withManifesto(structuredClone(document)),
  });
}
process.stdout.write(JSON.stringify(read));

function withParser(document) {
  const { entities, resource } = normalize(document);
  const find = ({ id, type }) => entities[type][id];
  const text = (map) => (map ? (map[language] ?? map.none ?? Object.values(map)[0]).join("; ") : null);
  const drawn = find(resource);
  const range = (one) => ({
    label: text(one.label),
    canvases: one.items.filter(({ type }) => type === "SpecificResource").map(({ source }) => source.id),
    ranges: one.items.filter(({ type }) => type === "Range").map(find).map(range),
  });
  const canvas = (one) => {
    const bodies = one.items.map(find).flatMap(({ items }) => items.map(find)).flatMap(({ body }) => body.map(find));
    return {
      id: one.id,
      label: text(one.label),
      size: [one.width, one.height],
      images: bodies.map((body) => ({ id: body.id, size: [body.width, body.height], services: body.service.map(idOf) })),
      thumbnail: one.thumbnail.map(find).map(idOf)[0] ?? null,
    };
  };
  return described(drawn, text, {
    viewingDirection: drawn.viewingDirection ?? DEFAULT_DIRECTION,
    thumbnail: (drawn.thumbnail ?? []).map(find).map(idOf)[0] ?? null,
    canvases: drawn.type === "Manifest" ? drawn.items.map(find).map(canvas) : [],
    ranges: (drawn.structures ?? []).map(find).map(range),
    members: drawn.type === "Collection" ? drawn.items.map(find).map(member(text)) : [],
  });
}

async function withHelpers(document) {
  const vault = new Vault();
  const drawn = await vault.load(document.id, document);
  const painting = createPaintingAnnotationsHelper(vault);
  const thumbnails = createThumbnailHelper(vault);
  const text = (map) => (map ? getValue(map, { language, fallbackLanguages: [], separator: "; " }) : null);
  const thumbnail = async (one) => (await thumbnails.getBestThumbnailAtSize(one, { width: 400, height: 400 })).best?.id ?? null;
  const range = ({ label, items = [] }) => ({
    label: text(label),
    canvases: items.filter(({ isCanvasLeaf }) => isCanvasLeaf).map(({ resource }) => resource.source.id),
    ranges: items.filter(({ isCanvasLeaf }) => !isCanvasLeaf).map(range),
  });
  const canvas = async (one) => ({
    id: one.id,
    label: text(one.label),
    size: [one.width, one.height],
    images: painting.getPaintables(one).items.map(({ resource }) => ({
      id: resource.id,
      size: [resource.width, resource.height],
      services: resource.service.map(idOf),
    })),
    thumbnail: await thumbnail(one),
  });
  const isManifest = drawn.type === "Manifest";
  return described(drawn, text, {
    viewingDirection: drawn.viewingDirection ?? DEFAULT_DIRECTION,
    thumbnail: await thumbnail(drawn),
    canvases: isManifest ? await Promise.all(vault.get(drawn.items).map(canvas)) : [],
    ranges: (drawn.structures ?? []).map((one) => range(rangeToTableOfContentsTree(vault, one))),
    members: isManifest ? [] : vault.get(drawn.items).map(member(text)),
  });
}

function withManifesto(document) {
  const drawn = manifesto.parseManifest(document, { locale: language });
  const text = (value) => (value?.length ? value.getValues(language).join("; ") : null);
  const isManifest = drawn.isManifest();
  const range = (one) => ({
    label: text(one.getLabel()),
    canvases: one.getCanvasIds().filter((id) => (one.__jsonld.items ?? []).some((part) => part.id === id)),
    ranges: one.getRanges().map(range),
  });
  const canvas = (one) => ({
    id: one.id,
    label: text(one.getLabel()),
    size: [one.getWidth(), one.getHeight()],
    images: one.getContent().flatMap((annotation) => annotation.getBody()).map((body) => ({
      id: body.id,
      size: [body.getWidth(), body.getHeight()],
      services: body.getServices().map(idOf),
    })),
    thumbnail: one.getThumbnail()?.id ?? null,
  });
  const pairs = drawn.getMetadata().map((pair) => [pair.getLabel(language), pair.getValue(language, "; ")]);
  const statement = drawn.getRequiredStatement();
  return {
    type: isManifest ? "Manifest" : "Collection",
    label: text(drawn.getLabel()),
    summary: text(drawn.getSummary()),
    metadata: pairs,
    requiredStatement: statement ? [statement.getLabel(language), statement.getValue(language, "; ")] : null,
    rights: drawn.getRights(),
    viewingDirection: drawn.getViewingDirection() ?? DEFAULT_DIRECTION,
    thumbnail: drawn.getThumbnail()?.id ?? null,
    canvases: isManifest ? drawn.getSequences().flatMap((sequence) => sequence.getCanvases()).map(canvas) : [],
    // Manifesto puts a root of its own above the structures.
    ranges: isManifest ? drawn.getTopRanges().flatMap((root) => root.getRanges()).map(range) : [],
    members: isManifest ? [] : drawn.items.map((one) => ({ id: one.id, type: one.isManifest() ? "Manifest" : "Collection", label: text(one.getLabel()) })),
  };
}

function described(drawn, text, parts) {
  const pair = ({ label, value }) => [text(label), text(value)];
  return {
    type: drawn.type,
    label: text(drawn.label),
    summary: text(drawn.summary),
    metadata: (drawn.metadata ?? []).map(pair),
    requiredStatement: drawn.requiredStatement ? pair(drawn.requiredStatement) : null,
    rights: drawn.rights ?? null,
    ...parts,
  };
}

function member(text) {
  return ({ id, type, label }) => ({ id, type, label: text(label) });
}

function idOf(resource) {
  return resource.id ?? resource["@id"];
}
