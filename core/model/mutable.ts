/** A type whose fields may still be set, for code that builds a value before it hands it out as readonly. */
export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }
