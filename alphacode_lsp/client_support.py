"""What the editor can do, read once from its capabilities. Nothing is sent to an editor that did not ask for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from lsprotocol import types
from pygls.capabilities import get_capability


@dataclass(frozen=True, slots=True)
class ClientSupport:
    """One fact per field; the defaults are those of the barest client."""

    resolves: frozenset[str] = frozenset()
    """Properties of a code action that the client fetches by `codeAction/resolve`."""
    document_changes: bool = False
    """Versioned edits; a client without it gets plain `changes`."""
    honors_annotations: bool = False
    """The client asks its user before it applies an edit that needs confirmation."""
    disabled_actions: bool = False
    preferred_actions: bool = False
    llm_tag: bool = False
    lens_refresh: bool = False
    hint_refresh: bool = False
    progress: bool = False
    markdown_hover: bool = False
    configuration: bool = False
    """The client answers when asked for its user's settings."""
    server_status: bool = False
    """The client shows `experimental/serverStatus`, as rust-analyzer's does."""
    registers_configuration: bool = False
    """The client tells of changed settings once it was asked to."""
    diagnostic_versions: bool = False
    related_information: bool = False
    registers_watched_files: bool = False
    """The client tells of files that change on disk once it was asked to."""
    show_document: bool = False
    text_document_content: bool = False
    """The client shows documents whose text it asks us for."""

    @property
    def resolves_edit(self) -> bool:
        """Whether an action may be listed without its edit."""
        return "edit" in self.resolves


def support_of(capabilities: types.ClientCapabilities) -> ClientSupport:
    resolve = get_capability(capabilities, "text_document.code_action.resolve_support")
    tags = get_capability(capabilities, "text_document.code_action.tag_support")
    annotations = get_capability(capabilities, "workspace.workspace_edit.change_annotation_support")
    operations = get_capability(capabilities, "workspace.workspace_edit.resource_operations") or ()
    # Neovim says nothing of versioned edits and takes them; operations on files come in no other form.
    versioned = get_capability(capabilities, "workspace.workspace_edit.document_changes")
    document_changes = bool(versioned or operations)
    honors = bool(get_capability(capabilities, "text_document.code_action.honors_change_annotations"))
    content = get_capability(capabilities, "workspace.text_document_content.dynamic_registration")
    hover = get_capability(capabilities, "text_document.hover.content_format") or ()
    return ClientSupport(
        resolves=frozenset(resolve.properties) if resolve else frozenset(),
        document_changes=document_changes,
        honors_annotations=honors and document_changes and annotations is not None,
        disabled_actions=bool(get_capability(capabilities, "text_document.code_action.disabled_support")),
        preferred_actions=bool(get_capability(capabilities, "text_document.code_action.is_preferred_support")),
        llm_tag=tags is not None and types.CodeActionTag.LlmGenerated in tags.value_set,
        lens_refresh=bool(get_capability(capabilities, "workspace.code_lens.refresh_support")),
        hint_refresh=bool(get_capability(capabilities, "workspace.inlay_hint.refresh_support")),
        progress=bool(get_capability(capabilities, "window.work_done_progress")),
        markdown_hover=types.MarkupKind.Markdown in hover,
        configuration=bool(get_capability(capabilities, "workspace.configuration")),
        server_status=_declares(capabilities.experimental, "serverStatusNotification"),
        registers_configuration=bool(
            get_capability(capabilities, "workspace.did_change_configuration.dynamic_registration")
        ),
        registers_watched_files=bool(
            get_capability(capabilities, "workspace.did_change_watched_files.dynamic_registration")
        ),
        diagnostic_versions=bool(get_capability(capabilities, "text_document.publish_diagnostics.version_support")),
        related_information=bool(get_capability(capabilities, "text_document.publish_diagnostics.related_information")),
        show_document=bool(get_capability(capabilities, "window.show_document.support")),
        text_document_content=bool(content),
    )


def _declares(experimental: object, name: str) -> bool:
    """Experimental capabilities have no types: a mapping, or what pygls makes of one."""
    value = experimental.get(name) if isinstance(experimental, Mapping) else getattr(experimental, name, None)
    return value is True
