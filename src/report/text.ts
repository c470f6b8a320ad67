import { plainLines } from "../core/plain-text.ts";
import { escapeXml } from "../view/text.ts";

/** Escapes what came from a pipeline for HTML and XML, between tags and in attributes. */
export const escape = (text: string): string => escapeXml(plainLines(text));
