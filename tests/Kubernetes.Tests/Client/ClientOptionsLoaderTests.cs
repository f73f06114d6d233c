using System.Text;
using Palisade.Kubernetes.Client;
using Palisade.Kubernetes.Client.Configuration;

namespace Palisade.Kubernetes.Tests.Client;

public sealed class ClientOptionsLoaderTests : IDisposable
{
    private readonly Dictionary<string, string> _variables = [];
    private readonly string _home = Directory.CreateTempSubdirectory("palisade-loader-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void Load_GivenFile_TakesItsCurrentContext()
    {
        var file = Write(
            "config",
            """
            clusters:
            - {name: one, cluster: {server: "https://192.0.2.1:6443/prefix", tls-server-name: api, insecure-skip-tls-verify: true}}
            - {name: two, cluster: {server: "https://192.0.2.2:6443"}}
            users:
            - {name: u, user: {token: secret, as: eve, as-groups: [g1]}}
            contexts:
            - {name: first, context: {cluster: one, user: u, namespace: shop}}
            - {name: second, context: {cluster: two}}
            current-context: first
            """
        );

        var options = Load(file);

        options.Server.ShouldBe(new Uri("https://192.0.2.1:6443/prefix"));
        options.TlsServerName.ShouldBe("api");
        options.SkipTlsVerify.ShouldBeTrue();
        options.Token.ShouldBe("secret");
        options.ImpersonateUser.ShouldBe("eve");
        options.ImpersonateGroup.ShouldBe("g1");
        options.Namespace.ShouldBe("shop");
        options.Source.ShouldBe($"{file}, context first");
        var other = Load(file, "second");
        other.Server.ShouldBe(new Uri("https://192.0.2.2:6443"));
        other.Token.ShouldBeNull();
        other.Namespace.ShouldBe("default");
    }

    [Fact]
    public void Load_SeveralFiles_TheFirstOfEachNameAndTheFirstCurrentContextCount()
    {
        var first = Write("first", "contexts: [{name: c, context: {cluster: k, user: u}}]\nusers: [{name: u, user: {token: first}}]");
        var second = Write(
            "second",
            """
            clusters: [{name: k, cluster: {server: "https://192.0.2.2"}}]
            users: [{name: u, user: {token: second}}]
            contexts: [{name: c, context: {cluster: absent}}]
            current-context: c
            """
        );
        var third = Write("third", "current-context: other");
        _variables["KUBECONFIG"] = string.Join(Path.PathSeparator, first, Path.Combine(_home, "absent"), second, third);

        var options = Load(null);

        options.Server.ShouldBe(new Uri("https://192.0.2.2"));
        options.Token.ShouldBe("first");
    }

    [Fact]
    public void Load_RelativePaths_AreRelativeToTheFileTheyStandIn()
    {
        Write("pki/ca.crt", "-----BEGIN CERTIFICATE-----");
        Write("pki/me.crt", "-----BEGIN CERTIFICATE-----");
        var key = Convert.ToBase64String(Encoding.UTF8.GetBytes("-----BEGIN RSA PRIVATE KEY-----"));
        var file = Write(
            "config",
            $$$"""
            clusters: [{name: k, cluster: {server: "https://h", certificate-authority: pki/ca.crt}}]
            users: [{name: u, user: {client-certificate: pki/me.crt, client-key-data: {{{key}}}, tokenFile: token}}]
            contexts: [{name: c, context: {cluster: k, user: u}}]
            current-context: c
            """
        );

        var options = Load(file);

        options.CertificateAuthority!.File.ShouldBe(Path.Combine(_home, "pki/ca.crt"));
        options.ClientCertificate!.File.ShouldBe(Path.Combine(_home, "pki/me.crt"));
        options.ClientKey!.Read().ShouldBe("-----BEGIN RSA PRIVATE KEY-----");
        options.TokenFile.ShouldBe(Path.Combine(_home, "token"));
    }

    [Fact]
    public void Load_ExecPlugin_IsReadWhole()
    {
        var file = Write(
            "config",
            """
            clusters: [{name: k, cluster: {server: "https://h"}}]
            users:
            - name: u
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/v1
                  command: ./bin/login
                  args: [a, b]
                  env: [{name: X, value: y}]
                  interactiveMode: IfAvailable
                  installHint: get it
                  provideClusterInfo: true
            contexts: [{name: c, context: {cluster: k, user: u}}]
            current-context: c
            """
        );

        var plugin = Load(file).ExecPlugin!;

        plugin.Command.ShouldBe(Path.Combine(_home, "bin/login"));
        plugin.Arguments.ShouldBe(["a", "b"]);
        plugin.Environment.ShouldBe([new("X", "y")]);
        plugin.InstallHint.ShouldBe("get it");
        plugin.ProvideClusterInfo.ShouldBeTrue();
    }

    [Fact]
    public void Load_InAPod_TakesTheServiceAccount()
    {
        InPod("10.96.0.1");

        var options = Load(null);

        options.Server.ShouldBe(new Uri("https://10.96.0.1:443"));
        options.TokenFile.ShouldBe(Path.Combine(_home, "sa/token"));
        options.CertificateAuthority!.File.ShouldBe(Path.Combine(_home, "sa/ca.crt"));
        options.Namespace.ShouldBe("palisade-system");
    }

    [Fact]
    public void Load_InAPodWithIPv6_PutsTheAddressInBrackets()
    {
        InPod("fd00::1");

        Load(null).Server.ShouldBe(new Uri("https://[fd00::1]:443"));
    }

    [Fact]
    public void Load_InAPodWithKubeconfigVariable_PrefersTheFile()
    {
        InPod("10.96.0.1");
        _variables["KUBECONFIG"] = Write("config", Minimal("https://192.0.2.9"));

        Load(null).Server.ShouldBe(new Uri("https://192.0.2.9"));
    }

    [Fact]
    public void Load_NothingGiven_TakesTheUsualFile()
    {
        Write(".kube/config", Minimal("https://192.0.2.9"));

        Load(null).Server.ShouldBe(new Uri("https://192.0.2.9"));
    }

    [Fact]
    public void Load_NothingAtAll_SaysWhatToDo() =>
        Message(null).ShouldBe($"no kubeconfig: give --kubeconfig, set KUBECONFIG, or make {_home}/.kube/config");

    [Fact]
    public void Load_AbsentFile_SaysItsPath() =>
        Message(Path.Combine(_home, "absent")).ShouldStartWith($"cannot read the kubeconfig {_home}/absent: ");

    [Theory]
    [InlineData("", "config: the file is empty")]
    [InlineData("[]", "config: not a kubeconfig: it must be a mapping with clusters, users and contexts")]
    [InlineData("a: b: c", "config:1: not valid YAML: ")]
    [InlineData("clusters: {}", "config:1: clusters must be a list")]
    [InlineData("clusters:\n- 3", "config:2: clusters must be a list of mappings")]
    [InlineData("clusters:\n- {cluster: {}}", "config:2: cluster: name is missing")]
    [InlineData("kind: Config", "config: there is no current-context: set one (kubectl config use-context) or give --context")]
    [InlineData("current-context: c", "config: there is no context \"c\"; there are: none")]
    [InlineData("contexts: [{name: d}, {name: b}]\ncurrent-context: c", "config: there is no context \"c\"; there are: b, d")]
    [InlineData("contexts: [{name: c}]\ncurrent-context: c", "config:1: context \"c\": context is missing")]
    [InlineData(
        "contexts: [{name: c, context: {cluster: k}}]\ncurrent-context: c",
        "config:1: context \"c\": context: there is no cluster \"k\"; there are: none"
    )]
    public void Load_FaultyFile_IsOneLineWithPathAndLine(string text, string message) =>
        Message(Write("config", text)).ShouldStartWith(Path.Combine(_home, message));

    [Theory]
    [InlineData("server: 192.0.2.1:6443", "server must be a URL such as https://192.0.2.1:6443, not \"192.0.2.1:6443\"")]
    [InlineData("server: ''", "server is missing")]
    [InlineData("server: {}", "server must be a string")]
    [InlineData("server: https://h\n    proxy-url: ftp://p", "proxy-url must be a URL such as http://proxy.example:3128 (http, https or")]
    [InlineData("server: https://h\n    certificate-authority-data: '?'", "certificate-authority-data is not base64")]
    [InlineData("server: https://h\n    certificate-authority: absent.crt", "/absent.crt cannot be read: Could not find file ")]
    [InlineData("server: https://h\n    certificate-authority-data: YQ==", "certificate-authority-data holds no PEM block CERTIFICATE")]
    [InlineData("server: https://h\n    insecure-skip-tls-verify: maybe", "insecure-skip-tls-verify must be true or false")]
    [InlineData(
        "server: https://h\n    insecure-skip-tls-verify: true\n    certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t",
        "certificate-authority and insecure-skip-tls-verify cannot go together: remove one"
    )]
    public void Load_FaultyCluster_IsOneLineThatNamesIt(string cluster, string message)
    {
        var text =
            $"clusters:\n- name: k\n  cluster:\n    {cluster}\ncontexts: [{{name: c, context: {{cluster: k}}}}]\ncurrent-context: c\n";

        var actual = Message(Write("config", text));

        actual.ShouldMatch("config:[0-9]+: cluster \"k\": cluster: ");
        actual.ShouldContain(message);
        actual.ShouldNotContain("\n");
    }

    [Theory]
    [InlineData("auth-provider: {name: gcp}", "\"gcp\" is not supported; kubectl dropped it in 1.26: use an exec plugin")]
    [InlineData(
        "client-key-data: LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t",
        "client-certificate and client-key belong together: one of them is missing"
    )]
    [InlineData(
        "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}",
        "apiVersion must be client.authentication.k8s.io/v1 or"
    )]
    [InlineData("as: eve, as-groups: [a, b]", "as-groups may name one group only")]
    [InlineData("as: eve, as-uid: '7'", "as-uid and as-user-extra are not supported")]
    [InlineData("exec: {apiVersion: client.authentication.k8s.io/v1}", "command is missing")]
    [InlineData(
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always}",
        "interactiveMode Always is not supported: the plugin gets no terminal"
    )]
    public void Load_FaultyUser_IsOneLineThatNamesIt(string user, string message)
    {
        var text = Minimal("https://h").Replace("{token: t}", "{" + user + "}", StringComparison.Ordinal);

        var actual = Message(Write("config", text));

        actual.ShouldMatch("config:[0-9]+: user \"u\": user: ");
        actual.ShouldContain(message);
    }

    [Fact]
    public void Load_ProxyUrl_CountsRatherThanTheVariable()
    {
        _variables["HTTPS_PROXY"] = "http://of-the-environment:3128";
        var file = Write(
            "config",
            Minimal("https://h").Replace("{server: ", "{proxy-url: 'socks5://p:1080', server: ", StringComparison.Ordinal)
        );

        Load(file).Proxy.ShouldBe(new Uri("socks5://p:1080"));
    }

    [Fact]
    public void Load_InAPod_HonoursTheVariables()
    {
        InPod("10.96.0.1");
        _variables["HTTPS_PROXY"] = "http://p:3128";
        Load(null).Proxy.ShouldBe(new Uri("http://p:3128"));

        _variables["NO_PROXY"] = ".svc,10.96.0.0/12";
        Load(null).Proxy.ShouldBeNull();
    }

    [Theory]
    [InlineData("https://api.example:6443", "HTTPS_PROXY", "http://p:3128", "http://p:3128")]
    [InlineData("https://api.example:6443", "https_proxy", "http://p:3128", "http://p:3128")]
    [InlineData("https://api.example:6443", "HTTPS_PROXY", "p:3128", "http://p:3128")]
    [InlineData("https://api.example:6443", "HTTP_PROXY", "http://p:3128", null)]
    [InlineData("https://api.example:6443", "ALL_PROXY", "http://p:3128", null)]
    [InlineData("https://api.example:6443", "HTTPS_PROXY", "", null)]
    [InlineData("http://api.example:8080", "HTTP_PROXY", "http://p:3128", "http://p:3128")]
    [InlineData("https://localhost:6443", "HTTPS_PROXY", "http://p:3128", null)]
    [InlineData("https://127.0.0.1:6443", "HTTPS_PROXY", "http://p:3128", null)]
    [InlineData("https://[::1]:6443", "HTTPS_PROXY", "http://p:3128", null)]
    public void Load_ProxyVariable_IsTakenAsKubectlTakesIt(string server, string variable, string value, string? proxy)
    {
        _variables[variable] = value;

        var taken = Load(Write("config", Minimal(server))).Proxy;

        taken.ShouldBe(proxy is null ? null : new Uri(proxy));
    }

    [Theory]
    [InlineData("api.example", true)]
    [InlineData("other, API.Example ,", true)]
    [InlineData("example", true)]
    [InlineData(".example", true)]
    [InlineData("*.example", true)]
    [InlineData(".api.example", false)]
    [InlineData("pi.example", false)]
    [InlineData("api.example:6443", true)]
    [InlineData("api.example:443", false)]
    [InlineData("*", true)]
    [InlineData(":6443", false)]
    [InlineData("192.0.2.0/24", false)]
    public void Load_NoProxy_MatchesNamesAsKubectlDoes(string exceptions, bool direct) =>
        IsDirect("https://api.example:6443", exceptions).ShouldBe(direct);

    [Theory]
    [InlineData("https://192.0.2.1:6443", "192.0.2.1", true)]
    [InlineData("https://192.0.2.1:6443", "192.0.2.1:6443", true)]
    [InlineData("https://192.0.2.1:6443", "192.0.2.1:443", false)]
    [InlineData("https://192.0.2.1:6443", "192.0.2.9/24", true)]
    [InlineData("https://192.0.2.1:6443", "192.0.2.128/25", false)]
    [InlineData("https://192.0.2.1:6443", "192.0.2.0/33", false)]
    [InlineData("https://192.0.2.1:6443", "0.0.0.0/0", true)]
    [InlineData("https://[2001:db8::1]:6443", "2001:db8::1", true)]
    [InlineData("https://[2001:db8::1]:6443", "[2001:db8::1]:6443", true)]
    [InlineData("https://[2001:db8::1]:6443", "2001:db8::/32", true)]
    [InlineData("https://[2001:db8::1]:6443", "0.0.0.0/0", false)]
    public void Load_NoProxy_MatchesAddressesAsKubectlDoes(string server, string exceptions, bool direct) =>
        IsDirect(server, exceptions).ShouldBe(direct);

    [Theory]
    [InlineData("ftp://ada:secret@p", "ftp://p")]
    [InlineData("ftp://ada:se@cret@p", "ftp://p")]
    [InlineData("ada:secret@", "")]
    public void Load_ProxyThatIsNone_IsNotNamedWithItsPassword(string value, string shown)
    {
        _variables["HTTPS_PROXY"] = value;
        Should.Throw<KubeConfigException>(() => Load(Write("config", Minimal("https://h")))).Message.ShouldEndWith($", not \"{shown}\"");

        var file = Minimal("https://h").Replace("{server: ", $"{{proxy-url: '{value}', server: ", StringComparison.Ordinal);
        Should.Throw<KubeConfigException>(() => Load(Write("config", file))).Message.ShouldEndWith($", not \"{shown}\"");
    }

    [Fact]
    public void Load_ProxyVariableWithoutAnAddress_SaysWhichAndWhat()
    {
        _variables["https_proxy"] = "ftp://p";

        Message(Write("config", Minimal("https://h")))
            .ShouldBe("HTTPS_PROXY must be a URL such as http://proxy.example:3128 (http, https or socks5), not \"ftp://p\"");
    }

    private bool IsDirect(string server, string exceptions)
    {
        _variables["HTTPS_PROXY"] = "http://p:3128";
        _variables["NO_PROXY"] = exceptions;
        return Load(Write("config", Minimal(server))).Proxy is null;
    }

    private static string Minimal(string server) =>
        $$$"""
            clusters: [{name: k, cluster: {server: "{{{server}}}"}}]
            users: [{name: u, user: {token: t}}]
            contexts: [{name: c, context: {cluster: k, user: u}}]
            current-context: c
            """;

    private void InPod(string host)
    {
        _variables["KUBERNETES_SERVICE_HOST"] = host;
        _variables["KUBERNETES_SERVICE_PORT"] = "443";
        Write("sa/token", "t");
        Write("sa/ca.crt", "ca");
        Write("sa/namespace", "palisade-system\n");
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_home, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    private ClientOptions Load(string? file, string? context = null) =>
        ClientOptionsLoader.Load(file, context, new LoaderEnvironment(_variables.GetValueOrDefault, _home, Path.Combine(_home, "sa")));

    private string Message(string? file) => Should.Throw<KubeConfigException>(() => Load(file)).Message;
}
