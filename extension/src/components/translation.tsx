import { TranslationBundle, nullTranslator } from "@jupyterlab/translation";
import { createContext, useContext } from "react";

export const DOMAIN = "celltrail";

/** The translations for everything below; whoever mounts a component provides them. */
export const Translation = createContext<TranslationBundle>(nullTranslator.load(DOMAIN));

export function useTranslation(): TranslationBundle {
  return useContext(Translation);
}
