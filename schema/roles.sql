-- SPDX-License-Identifier: ISC
-- What the daemon may do: it reads everything and adds; it changes only what has a state, and deletes nothing but stored answers and
-- what came of puzzles.
-- Run by the owner after each migration. The role is made by whoever makes the cluster.
GRANT USAGE ON SCHEMA public TO gauthd;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO gauthd;
GRANT INSERT ON groups, charters, drafts, approvals, log, heads, seeds, objects, members, member_keys, applications, proposals, votes, words,
	contradictions, complaints, motion_complaints, decisions, ballots, certificates, revocations, authorities, lists, answers, vouches, challenges, evidence TO gauthd;
GRANT INSERT ON seeder_seeds TO gauthd;
GRANT UPDATE (seed) ON seeder_seeds TO gauthd;
GRANT UPDATE ON groups TO gauthd;
GRANT UPDATE (state) ON drafts TO gauthd;
GRANT UPDATE (receipt, reason, salt) ON objects TO gauthd;
GRANT UPDATE (ended, ending, cause, version, node, placed) ON members TO gauthd;
GRANT UPDATE (replaced, dead) ON member_keys TO gauthd;
GRANT UPDATE (state, why, statement, salt) ON applications TO gauthd;
GRANT UPDATE (outcome, examined, waits, objected) ON proposals TO gauthd;
GRANT UPDATE (replaced, reason, salt) ON votes TO gauthd;
GRANT UPDATE (reason, salt) ON vouches TO gauthd;
GRANT UPDATE (reason, salt) ON complaints TO gauthd;
GRANT UPDATE (state, der) ON certificates TO gauthd;
GRANT UPDATE (der, version) ON authorities TO gauthd;
GRANT UPDATE, DELETE ON answers TO gauthd;
GRANT INSERT ON suspensions TO gauthd;
GRANT INSERT ON sponsors, charges TO gauthd;
GRANT UPDATE (ended, over) ON suspensions TO gauthd;
GRANT INSERT ON candidates, measurements, draws, invitations TO gauthd;
GRANT UPDATE (last, used) ON candidates TO gauthd;
GRANT UPDATE (application) ON invitations TO gauthd;
GRANT INSERT, DELETE ON puzzle_secrets, puzzle_tokens TO gauthd;
GRANT INSERT, DELETE ON puzzles TO gauthd;
GRANT UPDATE (shown, tries, solved, work, spent) ON puzzles TO gauthd;
GRANT INSERT ON ceremonies, ceremony_items, posts TO gauthd;
GRANT UPDATE (signature) ON ceremony_items TO gauthd;
GRANT UPDATE (crl) ON lists TO gauthd;
GRANT UPDATE (phase, until, size, again, outcome, faults, spki, made, transcript) ON ceremonies TO gauthd;
