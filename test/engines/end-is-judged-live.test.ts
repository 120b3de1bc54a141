import { endIsJudgedBy } from "./end-is-judged";

endIsJudgedBy("live");
