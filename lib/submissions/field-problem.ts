/** Why a field is refused. `message` is for the person who filled in the form and never repeats the value. */
export type FieldProblem = { field: string; code: string; message: string };
