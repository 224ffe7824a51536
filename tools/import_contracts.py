"""The import-linter contract "only": a package imports what it is allowed to, and nothing else.

import-linter's own contracts list what is forbidden, so a new dependency slips in unless somebody thought of
it. The design says the opposite for each package, "may import these", so that is what this contract holds.
"""

import sys
from dataclasses import dataclass

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


@dataclass(frozen=True)
class Breach:
    """One import that is not allowed, and where it stands."""

    importer: str
    imported: str
    lines: tuple[int | None, ...]


class OnlyContract(Contract):
    """Modules of `package` import themselves, `allowed` and the standard library, and nothing else.

    `apart_from` leaves modules of the package out (they have a contract of their own); `forbidden` takes
    modules out of an allowed package again. A name stands for the module and everything below it. Only direct
    imports count: what an allowed package imports in turn is its own contract's business.
    """

    type_name = "only"

    package = fields.StringField()
    apart_from = fields.ListField(subfield=fields.StringField(), required=False)
    allowed = fields.ListField(subfield=fields.StringField(), required=False)
    forbidden = fields.ListField(subfield=fields.StringField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Report every direct import that leaves the allowed set."""
        package = str(self.package)
        if package not in graph.modules:
            return ContractCheck(kept=False, metadata={"breaches": [], "missing": package})
        breaches = [
            Breach(importer, imported, _lines(graph, importer, imported))
            for importer in sorted({package} | graph.find_descendants(package))
            if not _within(importer, self._names("apart_from"))
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not self._may_import(imported)
        ]
        return ContractCheck(kept=not breaches, metadata={"breaches": breaches})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one line for each import that is not allowed."""
        if "missing" in check.metadata:
            output.print_error(f"There is no package {check.metadata['missing']}.")
        for breach in check.metadata["breaches"]:
            lines = ", ".join(str(line) for line in breach.lines)
            output.print_error(f"{breach.importer} imports {breach.imported} (line {lines})")

    def _may_import(self, module: str) -> bool:
        if module.partition(".")[0] in sys.stdlib_module_names:
            return True
        if _within(module, self._names("forbidden")):
            return False
        return _within(module, (str(self.package), *self._names("allowed")))

    def _names(self, field: str) -> tuple[str, ...]:
        return tuple(str(name) for name in getattr(self, field, None) or ())


def _within(module: str, names: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def _lines(graph: ImportGraph, importer: str, imported: str) -> tuple[int | None, ...]:
    details = graph.get_import_details(importer=importer, imported=imported)
    return tuple(detail["line_number"] for detail in details)
