export interface AptSource {
  uri: string;
  suite: string;
  components: string[];
  signedBy?: string;
}
export function readAptSources(directory?: string): AptSource[];
export function parseOneLineSources(text: string): AptSource[];
export function parseDeb822Sources(text: string): AptSource[];
export function findDebianArchive(sources: AptSource[], codename: string): AptSource | undefined;
