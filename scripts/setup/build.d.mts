/** Builds the extension, the core alone and the page; `production` builds what the package ships. */
export function buildExtension(options?: { production?: boolean }): Promise<void>;
