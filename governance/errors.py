"""Every refusal of governance."""

from errors import Refusal, register_constraint


class RoleRequired(Refusal):
    """The step needs a role that the signed-in user doesn't hold. Ask somebody who holds it."""

    code = "role_required"


class SelfApproval(Refusal):
    """The person who proposed a step can't decide it. A second person must."""

    code = "self_approval"


class ProposalOpen(Refusal):
    """The same subject already has an open proposal. Decide or withdraw that one first."""

    code = "proposal_open"


class ProposalNotOpen(Refusal):
    """The proposal was decided, withdrawn or has expired already; nothing was applied a second time."""

    code = "proposal_not_open"


class ProposalExpired(Refusal):
    """Nobody decided the proposal in time. Propose the step again."""

    code = "proposal_expired"


class ProposalChanged(Refusal):
    """What would be applied isn't what was proposed or seen. Read the proposal again, or propose again."""

    code = "proposal_changed"


class ProposalStale(ProposalChanged):
    """What the step rests on changed after it was proposed. Withdraw the proposal and propose it again."""

    code = "proposal_stale"


class DecisionWithoutReason(Refusal):
    """A proposal is rejected with a reason in words. Send one."""

    code = "decision_without_reason"


class DelegationTooLong(Refusal):
    """A role is delegated until a time in the future, at most 90 days ahead."""

    code = "delegation_too_long"


class RoleNotDelegable(Refusal):
    """Only a role that one holds in one's own right can be delegated, and only to another person."""

    code = "role_not_delegable"


class UnknownProposal(Refusal):
    """No such proposal exists."""

    code = "unknown_proposal"


class UnknownPolicyValue(Refusal):
    """The policy has no value of that name. `GET /api/v1/policy` lists the values."""

    code = "unknown_policy_value"


class PolicyValueOutOfBounds(Refusal):
    """A policy value lies outside its documented bounds or isn't one of its choices."""

    code = "policy_value_out_of_bounds"


class MalformedPolicyValue(Refusal):
    """A policy value isn't of its type: whole numbers as numbers, decimals as text such as "4.80"."""

    code = "malformed_policy_value"


class PolicyInThePast(Refusal):
    """A policy version can't take effect before its approval, nor before the latest version does."""

    code = "policy_in_the_past"


class PolicyUnchanged(Refusal):
    """The proposed policy version equals the latest one; there is nothing to approve."""

    code = "policy_unchanged"


class NoPolicyInForce(Refusal):
    """No policy version was in force at the given time."""

    code = "no_policy_in_force"


class UsernameTaken(Refusal):
    """Another user already has this user name. Choose another."""

    code = "username_taken"


class MalformedUsername(Refusal):
    """A user name has 1 to 150 letters, digits and the signs @ . + - _ only."""

    code = "malformed_username"


class WeakPassword(Refusal):
    """The password is too short, too common or too like the user name."""

    code = "weak_password"


class UnknownRole(Refusal):
    """There is no role of that name."""

    code = "unknown_role"


class SystemUserActs(Refusal):
    """The system user can't sign in, hold keys or decide proposals; a person must."""

    code = "system_user_acts"


class ExpiryInThePast(Refusal):
    """A key must expire in the future."""

    code = "expiry_in_the_past"


class UnknownScope(Refusal):
    """There is no scope of that name. docs/algorithms/api_keys.md lists them."""

    code = "unknown_scope"


class NoScopes(Refusal):
    """A key without a scope could do nothing. Name at least one."""

    code = "no_scopes"


class ScopeMissing(Refusal):
    """The API key lacks the scope that `details` names. Use a key that has it, or sign in with a session."""

    code = "scope_missing"


class ScopeNotHeld(Refusal):
    """A key can't make a key that may do more than itself. Use a wider key, or sign in with a session."""

    code = "scope_not_held"


class ExpiryBeyondKey(Refusal):
    """A key can't make a key that outlives it, nor renew itself for longer than it was made for."""

    code = "expiry_beyond_key"


class OverlapOutOfRange(Refusal):
    """The old key works on for a whole number of hours from 0 up to the limit that `details` tells."""

    code = "overlap_out_of_range"


class ExpiryTooFar(Refusal):
    """A key that expires does so within the days that `details` tells. Leave the expiry out for never."""

    code = "expiry_too_far"


class KeyNotLive(Refusal):
    """The key has expired or was revoked, so nothing can take its place. Make a new one."""

    code = "key_not_live"


class KeyReplaced(Refusal):
    """Another key took this one's place already. Rotate that one, or make a new one."""

    code = "key_already_replaced"


class NotKeyHolder(Refusal):
    """A new key is shown to the person it signs in, and to nobody else. Its holder must ask for it."""

    code = "not_key_holder"


class ApiKeyNotFound(Refusal):
    """No key of this number exists, or it isn't yours to see. The answer is the same on purpose."""

    code = "api_key_not_found"


class TooManyKeys(Refusal):
    """The user holds as many live keys as one may. Revoke those that nothing uses any more."""

    code = "too_many_keys"


class SignInFailed(Refusal):
    """User name and password don't belong together, or the user may not sign in."""

    code = "sign_in_failed"


register_constraint("governance_proposal_second_person", SelfApproval)
register_constraint("governance_proposal_other_person", SelfApproval)
register_constraint("governance_proposal_one_open", ProposalOpen)
register_constraint("governance_user_username_key", UsernameTaken)
register_constraint("governance_apikey_expires_after_creation", ExpiryInThePast)
register_constraint("governance_apikey_has_scopes", NoScopes)
