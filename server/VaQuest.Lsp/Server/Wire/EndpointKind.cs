// EndpointKind: how a method of the server is run.
namespace VaQuest.Lsp.Server.Wire;

/// <summary>Kinds of methods.</summary>
internal enum EndpointKind
{
    /// <summary>Answered from another thread.</summary>
    Request,

    /// <summary>Answered in the order of the wire; must be quick.</summary>
    OrderedRequest,

    /// <summary>Not answered; run in the order of the wire; must be quick.</summary>
    Notification,
}
