/** The part of yauzl 3 that the unpacker uses; the published types stop at version 2. */
declare module 'yauzl' {
  interface Entry {
    readonly fileName: string
    readonly externalFileAttributes: number
  }
  interface ZipFile {
    eachEntry(): AsyncIterable<Entry>
    openReadStreamPromise(entry: Entry): Promise<NodeJS.ReadableStream>
    close(): void
  }
  const yauzl: { openPromise(path: string, options?: { readonly autoClose?: boolean }): Promise<ZipFile> }
  export default yauzl
}
