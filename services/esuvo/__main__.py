"""The only place that reads ESUVO's environment and builds its parts."""

from law.left_open import Unproven
from law.specialties import load_specialties
from law.universities import load_universities
from services._actors.policy import Mode
from services._chassis import run
from services._chassis.settings import read
from services.esuvo import http
from services.esuvo.grants.annex.follows import no_misprints
from services.esuvo.grants.campaign.competition import Competition, state_order
from services.esuvo.grants.campaign.follows import Campaigns
from services.esuvo.grants.contender.register import Register
from services.esuvo.service import service
from services.esuvo.simulated.commission import Commission
from services.esuvo.simulated.ministry import Ministry
from services.esuvo.simulated.settings import Settings
from services.esuvo.universities.directory import Directory


def main() -> None:
    settings = read(Settings)
    directory = Directory(load_universities(), settings.closed_universities, settings.merged_universities)
    competition = Competition(state_order(settings.state_order), settings.commission.members)
    ministry = Ministry(settings.seed, settings.ministry)
    commission = Commission(settings.seed, settings.commission, competition, settings.count_from)
    simulated = settings.commission.mode is Mode.SIMULATED
    campaigns = Campaigns(competition, settings.count_from, commission.misprints if simulated else no_misprints)
    strict = settings.unproven is Unproven.REFUSED
    described = service(
        directory,
        Register(directory.universities, load_specialties(), campaigns.closes, strict),
        campaigns,
        over_gateway=settings.gateway_on_request_leg,
        forms=settings.signed_forms(),
        codes=settings.codes,
    )
    routers = http.routers(settings, directory, competition, settings.ministry.reserve)
    if settings.ministry.mode is Mode.SIMULATED:
        described = described.with_actors(ministry.actors())
    if simulated:
        described = described.with_actors(commission.actors())
    run.main(described, settings, routers)


if __name__ == "__main__":
    main()
