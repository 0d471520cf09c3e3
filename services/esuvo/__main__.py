"""The only place that reads ESUVO's environment and builds its parts."""

from contracts.staffing import Mode, Unproven
from law.specialties import load_specialties
from law.universities import load_universities
from services._chassis import run
from services._chassis.settings import read
from services.esuvo import http as api
from services.esuvo.grants.campaign.commission import Commission, state_order
from services.esuvo.grants.campaign.follows import Campaigns
from services.esuvo.grants.contender.register import Register
from services.esuvo.service import service
from services.esuvo.settings import Settings
from services.esuvo.simulated.ministry import Ministry
from services.esuvo.universities.directory import Directory


def main() -> None:
    settings = read(Settings)
    directory = Directory(load_universities(), settings.closed_universities, settings.merged_universities)
    policy = None if settings.ministry.mode is Mode.MANUAL else Ministry(settings.seed, settings.ministry)
    commission = Commission(settings.seed, settings.commission, state_order(settings.state_order))
    campaigns = Campaigns(commission, settings.count_from)
    strict = settings.unproven is Unproven.REFUSED
    register = Register(directory.universities, load_specialties(), campaigns.closes, strict)
    routers = api.routers(settings, directory, commission)
    described = service(
        policy,
        directory,
        register,
        campaigns,
        over_gateway=settings.gateway_on_request_leg,
        forms=settings.signed_forms(),
        codes=settings.codes,
    )
    run.main(described, settings, routers)


if __name__ == "__main__":
    main()
