"""The second factor of one's own account: turned on with an authenticator app, and off."""

import asyncio

import pyotp

from antiphon.areas.accounts.api.own_password import OwnPassword
from antiphon.areas.accounts.data import AccessEnded, NewSecondFactor, SecondFactorChanged, SecondFactorState
from antiphon.areas.accounts.internal import one_time_codes, queries, second_factors, writes
from antiphon.areas.accounts.internal.attempts import Attempts
from antiphon.areas.accounts.internal.managing import check_may_manage
from antiphon.areas.accounts.internal.qr_codes import qr_svg
from antiphon.areas.accounts.internal.secrets import SecretBox
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.errors import AntiphonError, Kind, forbidden
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded

ISSUER = "Antiphon"


class SecondFactor:
    """Codes that a sign-in asks for besides the password. App passwords and API keys work on without."""

    def __init__(
        self, *, database: Database, clock: Clock, box: SecretBox, own_password: OwnPassword, attempts: Attempts
    ) -> None:
        self._database = database
        self._clock = clock
        self._box = box
        self._own_password = own_password
        self._attempts = attempts

    async def state(self, principal: Principal) -> SecondFactorState:
        """Whether the caller's sign-ins need a code, and how many recovery codes are left."""
        check_may_manage(principal)
        row = await self._database.reader.fetch_one(queries.SECOND_FACTOR, user_id=principal.user_id)
        return SecondFactorState(is_on=row is not None, recovery_codes_left=row[0] if row is not None else 0)

    async def begin(self, principal: Principal, password: str) -> NewSecondFactor:
        """A new secret for the caller's authenticator app; nothing is asked for until `confirm`.

        Raises FORBIDDEN `wrong_password`, CONFLICT `mfa_on` where it is on already, TOO_MANY_REQUESTS.
        """
        check_may_manage(principal)
        await self._own_password.confirm(principal, password)
        secret = one_time_codes.new_secret()
        sealed = self._box.seal(secret, one_time_codes.sealed_for(principal.user_id))
        async with self._database.transaction() as transaction:
            if await one_time_codes.is_on(transaction, principal.user_id):
                raise AntiphonError(Kind.CONFLICT, "mfa_on", "The second factor is on already. Turn it off first.")
            await second_factors.begin(transaction, principal.user_id, sealed, self._clock())
        uri = pyotp.TOTP(secret).provisioning_uri(name=principal.username, issuer_name=ISSUER)
        return NewSecondFactor(secret=secret, uri=uri, qr=await asyncio.to_thread(qr_svg, uri))

    async def confirm(self, principal: Principal, code: str) -> list[str]:
        """Turn the second factor on by a first code; the recovery codes, shown this once. Other sessions end.

        Raises FORBIDDEN `mfa_wrong`, CONFLICT `mfa_on` or `mfa_not_begun`, TOO_MANY_REQUESTS.
        """
        check_may_manage(principal)
        await self._admit(principal)
        async with self._database.transaction() as transaction:
            if await one_time_codes.is_on(transaction, principal.user_id):
                raise AntiphonError(Kind.CONFLICT, "mfa_on", "The second factor is on already.")
            if not await second_factors.is_begun(transaction, principal.user_id):
                raise AntiphonError(Kind.CONFLICT, "mfa_not_begun", "Ask for a secret first.")
            await self._take(transaction, principal, code)
            codes = await self._renew(transaction, principal)
            await second_factors.turn_on(transaction, principal.user_id, self._clock())
            await writes.delete_other_sessions(transaction, principal.user_id, principal.session_id)
            await transaction.publish(
                recorded(principal, "account.second_factor_on", "account", principal.user_id, principal.username)
            )
            await transaction.publish(SecondFactorChanged(user_id=principal.user_id, is_on=True, at=self._clock()))
            await transaction.publish(AccessEnded(user_id=principal.user_id))
        await self._succeeded(principal)
        return codes

    async def new_recovery_codes(self, principal: Principal, code: str) -> list[str]:
        """Ten new recovery codes in the place of those there were. Raises what `turn_off` raises."""
        check_may_manage(principal)
        await self._admit(principal)
        async with self._database.transaction() as transaction:
            await self._check_on(transaction, principal)
            await self._take(transaction, principal, code)
            codes = await self._renew(transaction, principal)
            await transaction.publish(
                recorded(principal, "account.recovery_codes_made", "account", principal.user_id, principal.username)
            )
        await self._succeeded(principal)
        return codes

    async def turn_off(self, principal: Principal, code: str) -> None:
        """Have sign-ins need no code any more.

        Raises FORBIDDEN `mfa_wrong`, CONFLICT `mfa_off`, TOO_MANY_REQUESTS.
        """
        check_may_manage(principal)
        await self._admit(principal)
        async with self._database.transaction() as transaction:
            await self._check_on(transaction, principal)
            await self._take(transaction, principal, code)
            await second_factors.turn_off(transaction, principal.user_id)
            await transaction.publish(
                recorded(principal, "account.second_factor_off", "account", principal.user_id, principal.username)
            )
            await transaction.publish(SecondFactorChanged(user_id=principal.user_id, is_on=False, at=self._clock()))
        await self._succeeded(principal)

    async def _admit(self, principal: Principal) -> None:
        await self._attempts.admit("code", str(principal.user_id), "")

    async def _succeeded(self, principal: Principal) -> None:
        await self._attempts.succeeded("code", str(principal.user_id), "")

    async def _take(self, transaction: Transaction, principal: Principal, code: str) -> None:
        if not await one_time_codes.take_code(transaction, self._box, principal.user_id, code, self._clock()):
            raise forbidden("This code is wrong, or was used before.", "mfa_wrong")

    async def _renew(self, transaction: Transaction, principal: Principal) -> list[str]:
        codes = one_time_codes.new_recovery_codes()
        hashes = [one_time_codes.recovery_hash(principal.user_id, code) for code in codes]
        await second_factors.replace_recovery_codes(transaction, principal.user_id, hashes)
        return codes

    @staticmethod
    async def _check_on(transaction: Transaction, principal: Principal) -> None:
        if not await one_time_codes.is_on(transaction, principal.user_id):
            raise AntiphonError(Kind.CONFLICT, "mfa_off", "The second factor is not on.")
