/** Settings as the nodes said them; the client reads them (`client.readConfig`). Plain data, without secret ones. */
export interface ConfigReading {
  /** Node id -> name -> value. A setting its server does not have is absent. */
  values: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Node id -> why it could not be asked, whole sentences. */
  failures: Readonly<Record<string, string>>;
}
