using Palisade.Policy.Validation;

namespace Palisade.Policy.Tests.Validation;

public sealed class FindingTests
{
    [Fact]
    public void ToString_ControlCharactersInWhatItQuotes_AreShownAsEscapes() =>
        new Finding("PAL001", FindingSeverity.Error, "spec.a[x\ny]", "10.0.0.0/8\u001b[2J", "must be \r")
            .ToString()
            .ShouldBe("""spec.a[x\u000ay]: Invalid value: "10.0.0.0/8\u001b[2J": must be \u000d [PAL001]""");
}
