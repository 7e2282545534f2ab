/* SPDX-License-Identifier: ISC */
#include "web/problem.h"

#include <string.h>

/* In the order of their status. `internal` stands first: it is what an unknown name becomes. */
static const struct problem table[] = {
	{ "internal", 500, "Internal error", 0 },

	{ "bad_request", 400, "Bad request", 0 },
	{ "too_deep", 400, "JSON nested too deeply", 0 },
	{ "bad_json", 400, "Not valid JSON", 0 },
	{ "unknown_member", 400, "Unknown member", 0 },
	{ "missing_member", 400, "Missing member", 0 },
	{ "wrong_type", 400, "Wrong JSON type", 0 },
	{ "out_of_range", 400, "Out of range", 0 },
	{ "bad_value", 400, "Bad value", 0 },
	{ "bad_text", 400, "Text not fit to be shown", 0 },
	{ "bad_key", 400, "Not a public key", 0 },
	{ "bad_jws", 400, "Not a JSON Web Signature", 0 },
	{ "scheme_part", 400, "Not of this voting scheme", 0 },
	{ "wrong_typ", 400, "Signature of another kind of object", 0 },
	{ "wrong_algorithm", 400, "Algorithm not accepted", 0 },
	{ "wrong_kind", 400, "Object of another kind", 0 },
	{ "wrong_format", 400, "Format not known", 0 },
	{ "text_differs", 400, "Text is not the one that was signed", 0 },
	{ "not_sorted", 400, "Not in order", 0 },
	{ "challenge_forged", 400, "Challenge that was not set here", 0 },
	{ "unknown_header", 400, "Unknown header member", 0 },

	{ "bad_signature", 403, "Signature does not verify", 0 },
	{ "wrong_key", 403, "Signed with another key", 0 },
	{ "not_a_member", 403, "Not a member", 0 },
	{ "wrong_context", 403, "Made for another context", 0 },
	{ "not_in_electorate", 403, "Not in the electorate", 0 },
	{ "expelled", 403, "Member was expelled", 0 },
	{ "key_revoked", 403, "Key was revoked", 0 },
	{ "not_an_administrator", 403, "Not an administrator", 0 },
	{ "not_an_operator", 403, "Not an operator", 0 },
	{ "passkey_type", 403, "Not a passkey assertion", 0 },
	{ "passkey_challenge", 403, "Passkey signed something else", 0 },
	{ "passkey_origin", 403, "Passkey of another page", 0 },
	{ "passkey_flags", 403, "Passkey without user verification", 0 },
	{ "not_allowed", 403, "Not allowed", 0 },
	{ "not_taking_part", 403, "Not taking part", 0 },
	{ "on_probation", 403, "On probation", 0 },
	{ "vouch_too_young", 403, "Not a member for long enough", 0 },
	{ "challenge_missing", 403, "Challenge not met", 0 },
	{ "not_by_notary", 403, "Not signed by a notary", 0 },
	{ "challenge_foreign", 403, "Challenge of another context", 0 },

	{ "not_found", 404, "Not found", 0 },
	{ "method_not_allowed", 405, "Method not allowed", 0 },

	{ "closed", 409, "Closed", 0 },
	{ "equivocation", 409, "Contradicts what was signed before", 0 },
	{ "replayed", 409, "Seen before", 0 },
	{ "key_in_use", 409, "Key in use", 0 },
	{ "charter_rollback", 409, "Older charter", 0 },
	{ "charter_gap", 409, "Charter version missing", 0 },
	{ "approvals_missing", 409, "Approvals missing", 0 },
	{ "approvals_mixed", 409, "Two ways of approval at once", 0 },
	{ "recovery_changes", 422, "A recovery changes more than administrators", 0 },
	{ "votes_missing", 409, "Votes missing", 0 },
	{ "stale_head", 409, "Log head is stale", 0 },
	{ "not_open", 409, "Not open", 0 },
	{ "budget_spent", 409, "No vouch left", 0 },
	{ "measure_late", 409, "Measurement of another time", 0 },
	{ "vouch_late", 409, "Vouch outside the term", 0 },
	{ "movers_missing", 409, "Too few move together", 0 },
	{ "complaint_missing", 409, "Complaint missing", 0 },
	{ "complaint_void", 409, "Complaint is void", 0 },
	{ "complaint_late", 409, "Complaint dated ahead", 0 },
	{ "no_contradiction", 409, "Votes do not contradict each other", 0 },
	{ "challenge_late", 409, "Challenge not good now", 0 },
	{ "vote_late", 409, "Vote outside the term", 0 },
	{ "vote_double", 409, "Two votes counted for one member", 0 },
	{ "vote_repeated", 409, "Vote stands twice", 0 },
	{ "vote_status", 409, "Status of a vote differs", 0 },
	{ "votes_differ", 409, "Votes differ", 0 },
	{ "evidence_differs", 409, "Evidence differs", 0 },
	{ "outcome_differs", 409, "Outcome differs", 0 },
	{ "vouch_void", 409, "Vouch is void", 0 },
	{ "vouch_repeated", 409, "Vouch stands twice", 0 },
	{ "challenge_repeated", 409, "Challenge stands twice", 0 },
	{ "challenge_expired", 410, "Challenge has run out", 0 },
	{ "challenge_spent", 409, "Challenge was used", 0 },
	{ "challenge_met", 409, "Challenge was met", 0 },
	{ "image_shown", 409, "Shown before", 0 },
	{ "tries_spent", 409, "No try left", 0 },
	{ "evidence_unasked", 409, "Evidence that nobody asks for", 0 },
	{ "log_unknown", 409, "Not in the log", 0 },
	{ "entry_differs", 409, "Log entry differs", 0 },
	{ "word_repeated", 409, "Operator has spoken", 0 },
	{ "already_open", 409, "Put to the group already", 0 },
	{ "undecided", 409, "Not decided yet", 0 },
	{ "record_too_large", 409, "Record too large", 0 },
	{ "group_full", 409, "Group is full", 0 },
	{ "frozen", 409, "Admissions are frozen", 0 },
	{ "frozen_lately", 409, "Admissions were frozen lately", 0 },
	{ "notice_short", 409, "The notice is too short", 0 },
	{ "too_soon", 409, "Too soon", 0 },
	{ "invitation_late", 409, "Invited too late", 0 },
	{ "not_invited", 409, "Not invited", 0 },
	{ "already_candidate", 409, "Candidate already", 0 },
	{ "not_a_candidate", 409, "Not a candidate now", 0 },
	{ "not_eligible", 409, "Not measured enough", 0 },
	{ "sponsor_spent", 409, "Sponsor is spent", 0 },
	{ "penalised", 409, "Voucher is penalised", 0 },
	{ "suspended", 409, "Suspended", 0 },
	{ "suspended_lately", 409, "Suspended lately", 0 },
	{ "name_taken", 409, "Name taken", 0 },
	{ "charter_not_in_force", 409, "Charter not in force", 0 },
	{ "charter_fork", 409, "Another charter of this version", 0 },
	{ "draft_void", 409, "Draft is void", 0 },
	{ "approval_late", 409, "Approval came too late", 0 },
	{ "approval_repeated", 409, "Approval stands twice", 0 },
	{ "key_missing", 409, "Group has no key yet", 0 },
	{ "issuer_unknown", 409, "Issuing key not known", 0 },
	{ "issuer_changed", 409, "Issuing key changed", 0 },
	{ "key_bound", 409, "Issuing key of another group", 0 },
	{ "too_many_issuers", 409, "Too many issuing keys", 0 },
	{ "forked", 409, "No head of this log", 0 },
	{ "wrong_time", 409, "Time is not now", 0 },
	{ "ceremony_over", 409, "Ceremony is over", 0 },
	{ "wrong_phase", 409, "Not this phase", 0 },
	{ "not_asked", 409, "Nothing is wanted of this number", 0 },
	{ "already_posted", 409, "Something else was posted", 0 },
	{ "split_board", 409, "Author saw another board", 0 },
	{ "stale_board", 409, "Author has not read the board", 0 },
	{ "transcript_missing", 409, "Transcript is missing", 0 },
	{ "transcript_differs", 409, "Another transcript", 0 },
	{ "transcript_unsigned", 409, "Transcript not signed by all", 0 },
	{ "conflict", 409, "Conflict", 0 },

	{ "precondition_failed", 412, "Precondition failed", 0 },
	{ "too_large", 413, "Too large", 0 },
	{ "unsupported_media", 415, "Unsupported media type", 0 },

	{ "bad_csr", 422, "Certificate request refused", 0 },
	{ "weak_key", 422, "Weak key", 0 },
	{ "bad_commitment", 422, "Not the commitment that is asked for", 0 },
	{ "bad_package", 422, "Not a package that can be signed", 0 },
	{ "tbs_differs", 422, "Not what the log gives", 0 },
	{ "bad_point", 422, "Not a point of the group", 0 },
	{ "bad_scalar", 422, "Not a scalar", 0 },
	{ "name_unfit", 422, "Name unfit", 0 },
	{ "foreign_key", 422, "Key of another kind", 0 },
	{ "bad_charter", 422, "Charter refused", 0 },
	{ "bad_requirement", 422, "Requirement refused", 0 },
	{ "unknown_leaf", 422, "Requirement not known", 0 },
	{ "unknown_extension", 422, "Critical extension not known", 0 },
	{ "feature_unsupported", 422, "Not supported", 0 },
	{ "answer_wrong", 422, "Not the answer", 0 },
	{ "provider_refused", 422, "Provider refuses the token", 0 },
	{ "provider_mismatch", 422, "Token of another page, key or time", 0 },
	{ "provider_unknown", 422, "Provider that is not asked here", 0 },
	{ "work_short", 422, "Less work than claimed", 0 },
	{ "work_wrong", 422, "Work that was not done", 0 },
	{ "over_limit", 422, "More than this service takes", 0 },
	{ "reason_missing", 422, "Reason missing", 0 },
	{ "same_key", 422, "The same key", 0 },
	{ "idempotency_mismatch", 422, "Idempotency key used for another request", 0 },

	{ "challenges_many", 429, "Too many challenges asked for", 360 },
	{ "too_many", 429, "Too many requests", 10 },
	{ "headers_too_large", 431, "Headers too large", 0 },

	{ "no_memory", 503, "Out of memory", 5 },
	{ "provider_away", 503, "Provider away", 30 },
	{ "pool_empty", 503, "No work ready", 2 },
	{ "busy", 503, "Busy", 1 },
	{ "database_unavailable", 503, "Database unavailable", 2 },
	{ "signer_unavailable", 503, "Signer unavailable", 2 },
	{ "signer_ahead", 503, "Signer is ahead of the database", 30 },
	{ "signer_old", 503, "Signer of an earlier time", 30 },
	{ "wrong_version", 503, "Signer of another version", 30 },
	{ "no_seed", 503, "No seed left yet", 2 },
	{ "seeds_missing", 409, "No seed of the seeder's left yet", 0 },
	{ "seed_differs", 409, "Seed differs", 0 },
	{ "not_a_notary", 503, "Notary key not named by the charter", 30 },
	{ "schema_old", 503, "Database is older than the program", 30 },
	{ "schema_new", 503, "Database is newer than the program", 30 },
	{ "shutting_down", 503, "Shutting down", 2 },
};

const struct problem *problem_find(const char *name, bool *known)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (strcmp(table[i].name, name) == 0) {
			*known = true;
			return &table[i];
		}
	}
	*known = false;
	return &table[0];
}

bool problem_is_private(const struct problem *p)
{
	static const char *const names[] = { "internal", "database_unavailable", "signer_unavailable", "schema_old", "schema_new" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(p->name, names[i]) == 0)
			return true;
	return false;
}

const struct problem *problem_table(size_t *n)
{
	*n = sizeof(table) / sizeof(table[0]);
	return table;
}
