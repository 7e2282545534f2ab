/* SPDX-License-Identifier: ISC
 * Evidence while it is verified: for peer/evidence*.c alone. */
#ifndef PEER_EVIDENCE_STATE_H
#define PEER_EVIDENCE_STATE_H

#include "peer/evidence.h"
#include "voting/draw.h"

/* What a challenge was met for. */
enum purpose { PURPOSE_APPLICANT, PURPOSE_VOTE, PURPOSE_VOUCH };

/* A vote or vouch whose maker the charter may ask for a challenge. */
struct evidence_claim {
	enum purpose purpose;
	struct digest key;
	int64_t iat;
	bool counts; /* it needs one; a vote that does not count may have one too */
};
struct evidence_met {
	enum purpose purpose;
	struct challenge challenge;
};

struct gathering {
	struct crypto *c;
	const struct charter *ch;
	const struct proposal *p;
	const struct evidence_view *view;
	int64_t at;
	struct verified *out;
	struct evidence_claim *claims; /* owned, as the next; with room for every vote and object */
	size_t claims_n;
	struct evidence_met *met; /* with room for every object */
	size_t met_n;
	/* An invitation is evidence by two objects: who was a candidate, and that it was drawn or invited. */
	struct evidence_invited {
		bool candidacy, by;
		struct digest candidate; /* the candidacy's */
		struct draw draw;        /* drawn_n 0: an invitation, which names this: */
		struct digest named, object;
	} invited;
};

/* What is known about an elector; "not_in_electorate", `who` says which. */
bool evidence_elector(const struct evidence_view *view, const struct id16 *member, const char *who, struct voter *out, struct err *e);
/* Verifies all objects, and computes the root over them. */
bool evidence_objects(struct gathering *g, const struct evidence *v, struct err *e);
/* The verifier of challenges; then what all of them are worth, once every claim stands in g. */
bool evidence_challenge(struct gathering *g, const struct evidence_object *o, struct digest *digest, struct err *e);
bool evidence_humans(struct gathering *g, struct err *e);
/* The verifiers of candidacies, draws and invitations; then whether they are one invitation, once all objects are read. */
bool evidence_candidacy(struct gathering *g, const struct evidence_object *o, struct digest *digest, struct err *e);
bool evidence_draw(struct gathering *g, const struct evidence_object *o, struct digest *digest, struct err *e);
bool evidence_invitation(struct gathering *g, const struct evidence_object *o, struct digest *digest, struct err *e);
bool evidence_invited(struct gathering *g, struct err *e);

#endif
